package dev.fathom.http.diagnosis;

import dev.fathom.cluster.Member;
import dev.fathom.cluster.OpenTransaction;
import dev.fathom.diagnosis.Finding;
import dev.fathom.diagnosis.FindingKind;
import dev.fathom.http.words.WordsOf;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Something found in a group. */
@Schema(description = "Something found in a group, with the numbers it rests on.")
public record FindingItem(
        @Schema(description = "What it is.", required = true) @WordsOf(value = FindingKind.class, open = true)
        String kind,

        @Schema(
                description =
                        "How much it matters: critical, records are lost or nothing moves; warning, it does not move as it should;"
                                + " info, good to know.",
                required = true)
        @WordsOf(value = FindingKind.Severity.class, open = true)
        String severity,

        @Schema(description = "The group; only where findings of several are listed.") @Nullable
        String group,

        @Schema(description = "The first look that showed it; absent where that is not watched.") @Nullable
        Instant since,

        @Schema(description = "The topic; absent where it is about the group.") @Nullable
        String topic,

        @Schema(description = "The partition number; absent where it is about the topic or the group.") @Nullable
        Integer partition,

        @Schema(description = "The member; absent where it is about none.") @Nullable
        FoundMember member,

        @Schema(
                description =
                        "The open transaction that holds the partition; absent where none does, where the brokers do not tell, and"
                                + " where the findings of a whole cluster are listed.")
        @Nullable
        FoundTransaction transaction,

        @Schema(
                description =
                        "The numbers it rests on, by what they are: offsets, counts, rates in offsets a second, and seconds where the name"
                                + " ends so.",
                required = true)
        Map<String, Number> evidence,

        @Schema(description = "In words, with names and numbers.", required = true)
        String message,

        @Schema(description = "What to look at next, in order.", required = true)
        List<NextCall> next) {

    /** A member. */
    @Schema(description = "A member.")
    public record FoundMember(
            @Schema(description = "The id the coordinator knows it by.", required = true)
            String memberId,

            @Schema(description = "The client's own name.", required = true)
            String clientId,

            @Schema(description = "The address its connection comes from.", required = true)
            String host) {

        private static FoundMember of(Member member) {
            return new FoundMember(member.memberId(), member.clientId(), member.host());
        }
    }

    /** An open transaction. */
    @Schema(description = "An open transaction.")
    public record FoundTransaction(
            @Schema(description = "The id of its producer, as kafka-transactions.sh has it.", required = true)
            long producerId,

            @Schema(description = "The epoch of its producer.", required = true)
            int producerEpoch,

            @Schema(description = "The offset of its first record on the partition.", required = true)
            long firstOffset,

            @Schema(description = "When its producer last wrote to the partition.", required = true)
            Instant lastWrite,

            @Schema(
                    description =
                            "Its transactional id; absent where no coordinator tells, as of a transaction that hangs since its"
                                    + " coordinator knows it no more.")
            @Nullable
            String transactionalId,

            @Schema(description = "When it began; absent where no coordinator tells.") @Nullable
            Instant startedAt) {

        private static FoundTransaction of(OpenTransaction open) {
            return new FoundTransaction(
                    open.producerId(),
                    open.producerEpoch(),
                    open.firstOffset(),
                    open.lastWrite(),
                    open.transactionalId().orElse(null),
                    open.startedAt().orElse(null));
        }
    }

    /** @param named whether the group is named in it */
    static FindingItem of(String cluster, String group, Finding finding, boolean named) {
        return new FindingItem(
                finding.kind().wireName(),
                finding.kind().severity().wireName(),
                named ? group : null,
                finding.since().orElse(null),
                finding.topic().orElse(null),
                finding.partition().orElse(null),
                finding.member().map(FoundMember::of).orElse(null),
                finding.transaction().map(FoundTransaction::of).orElse(null),
                new TreeMap<>(finding.evidence()),
                finding.message(),
                finding.next().stream()
                        .map(next -> NextCall.of(cluster, group, next))
                        .toList());
    }
}
