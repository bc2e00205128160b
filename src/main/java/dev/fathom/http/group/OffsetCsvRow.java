package dev.fathom.http.group;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

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
    "host"
})
public record OffsetCsvRow(
        String topic,
        int partition,
        Long committedOffset,
        Long startOffset,
        Integer leaderEpoch,
        String metadata,
        Long firstOffset,
        Long lastOffset,
        Long lag,
        Long effectiveLag,
        Long lostRecords,
        Long uncommittedTail,
        Long lagUpperBound,
        String status,
        boolean stale,
        String memberId,
        String clientId,
        String host) {

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
                joined(owners, OwnerMember::host));
    }

    private static String joined(List<OwnerMember> owners, Function<OwnerMember, String> field) {
        return owners.isEmpty() ? null : owners.stream().map(field).collect(Collectors.joining(";"));
    }
}
