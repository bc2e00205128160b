package dev.fathom.http.group;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An {@link OffsetRow} as a line of CSV: the same columns, with the fields of its member, or of its members, spelled out. */
@JsonPropertyOrder({
    "topic",
    "partition",
    "committedOffset",
    "startOffset",
    "leaderEpoch",
    "metadata",
    "firstOffset",
    "lastOffset",
    "lag",
    "effectiveLag",
    "lostRecords",
    "uncommittedTail",
    "lagUpperBound",
    "status",
    "stale",
    "memberId",
    "clientId",
    "host",
    "timeLag",
    "timeLagErrorBound"
})
public record OffsetCsvRow(
        String topic,
        int partition,
        @Nullable Long committedOffset,
        @Nullable Long startOffset,
        @Nullable Integer leaderEpoch,
        @Nullable String metadata,
        @Nullable Long firstOffset,
        @Nullable Long lastOffset,
        @Nullable Long lag,
        @Nullable Long effectiveLag,
        @Nullable Long lostRecords,
        @Nullable Long uncommittedTail,
        @Nullable Long lagUpperBound,
        String status,
        boolean stale,
        @Nullable String memberId,
        @Nullable String clientId,
        @Nullable String host,
        @Nullable String timeLag,
        @Nullable String timeLagErrorBound) {

    public static OffsetCsvRow of(OffsetRow row) {
        List<OwnerMember> owners =
                row.members() != null ? row.members() : row.member() == null ? List.of() : List.of(row.member());
        return new OffsetCsvRow(
                row.topic(),
                row.partition(),
                row.committedOffset(),
                row.startOffset(),
                row.leaderEpoch(),
                row.metadata(),
                row.firstOffset(),
                row.lastOffset(),
                row.lag(),
                row.effectiveLag(),
                row.lostRecords(),
                row.uncommittedTail(),
                row.lagUpperBound(),
                row.status(),
                row.stale(),
                joined(owners, OwnerMember::memberId),
                joined(owners, OwnerMember::clientId),
                joined(owners, OwnerMember::host),
                text(row.timeLag().value()),
                text(row.timeLag().errorBound()));
    }

    private static @Nullable String text(@Nullable Duration duration) {
        return duration == null ? null : duration.toString();
    }

    private static @Nullable String joined(List<OwnerMember> owners, Function<OwnerMember, String> field) {
        return owners.isEmpty() ? null : owners.stream().map(field).collect(Collectors.joining(";"));
    }
}
