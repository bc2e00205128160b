package dev.fathom.http.group;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;

/** A {@link GroupItem} as a line of CSV: the same columns, with the lag's totals spelled out. */
@JsonPropertyOrder({
    "id",
    "type",
    "state",
    "protocol",
    "simple",
    "members",
    "topics",
    "totalLag",
    "effectiveLag",
    "lagUpperBound",
    "maxLag",
    "maxLagTopic",
    "maxLagPartition",
    "partitionsBehind",
    "unknown",
    "complete"
})
public record GroupCsvRow(
        String id,
        String type,
        String state,
        String protocol,
        boolean simple,
        int members,
        int topics,
        @Nullable Long totalLag,
        @Nullable Long effectiveLag,
        @Nullable Long lagUpperBound,
        @Nullable Long maxLag,
        @Nullable String maxLagTopic,
        @Nullable Integer maxLagPartition,
        @Nullable Integer partitionsBehind,
        @Nullable Integer unknown,
        @Nullable Boolean complete) {

    public static GroupCsvRow of(GroupItem group) {
        LagSummary lag = group.lag();
        LagMax max = lag == null ? null : lag.max();
        return new GroupCsvRow(
                group.id(),
                group.type(),
                group.state(),
                group.protocol(),
                group.simple(),
                group.members(),
                group.topics(),
                lag == null ? null : lag.total(),
                lag == null ? null : lag.effectiveTotal(),
                lag == null ? null : lag.lagUpperBound(),
                max == null ? null : Long.valueOf(max.lag()),
                max == null ? null : max.topic(),
                max == null ? null : Integer.valueOf(max.partition()),
                lag == null ? null : Integer.valueOf(lag.partitionsBehind()),
                lag == null ? null : Integer.valueOf(lag.unknownCount()),
                lag == null ? null : Boolean.valueOf(lag.complete()));
    }
}
