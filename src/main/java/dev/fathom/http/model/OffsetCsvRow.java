package dev.fathom.http.model;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/** An {@link OffsetRow} as a line of CSV: the same columns, with the member's fields spelled out. */
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
        OwnerMember member = row.member();
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
                member == null ? null : member.memberId(),
                member == null ? null : member.clientId(),
                member == null ? null : member.host());
    }
}
