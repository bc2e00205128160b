package dev.fathom.http.consumer;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.http.reset.ResetBody;
import dev.fathom.http.words.WordsOf;
import dev.fathom.pool.definition.Spec;
import dev.fathom.pool.definition.Spec.Faults;
import dev.fathom.pool.definition.Spec.Handling;
import dev.fathom.pool.definition.Spec.Limits;
import dev.fathom.pool.definition.Spec.Retry;
import dev.fathom.pool.definition.Spec.Source;
import dev.fathom.pool.definition.Spec.Start;
import dev.fathom.pool.sink.SinkKind;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What a managed consumer is to do, as it is written and read back; read back with every default filled in. */
@Schema(description = "What a managed consumer reads, where the records go, and what to do when they do not get there.")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ConsumerSpec(
        @Schema(
                description = "The topics to read; none that Kafka or the service runs on.",
                required = true,
                minItems = 1,
                maxItems = 20)
        List<String> topics,

        @Schema(description = "The group its members join; no other consumer may have it. Default: fathom.NAME.")
        String groupId,

        @Schema(
                description = "Members over all replicas, 1 to 32; those beyond the partitions stay idle.",
                defaultValue = "1")
        Integer members,

        @Schema(
                description =
                        "Where to begin where the group has no commit: earliest, earliest+N, latest, latest-N, an offset, an"
                                + " RFC 3339 instant, or a span ago such as -PT1H.",
                defaultValue = "latest")
        JsonNode startFrom,

        @Schema(description = "What to do about a commit outside the log.", defaultValue = "fail")
        @WordsOf(Spec.OnOutOfRange.class)
        String onOutOfRange,

        @Schema(
                description =
                        "What to do about a partition whose commit is gone: go on from what members last said they had"
                                + " committed, begin as at first, or fail. One that was taken away through the service, by a"
                                + " reset to none, an undo or a deletion, is not lost: it begins as at first.",
                defaultValue = "checkpoint")
        @WordsOf(Spec.OnOffsetsLost.class)
        String onOffsetsLost,

        @Schema(
                description = "Whether records of open and aborted transactions are read.",
                defaultValue = "read_committed")
        @WordsOf(Spec.IsolationLevel.class)
        String isolation,

        @Schema(
                description =
                        "What is handled one after the other: the records of a partition, those of it with the same key, or"
                                + " nothing.",
                defaultValue = "partition")
        @WordsOf(Spec.Ordering.class)
        String ordering,

        @Schema(
                description =
                        "With ordering key or none: how many records of one partition are handled at a time, 1 to 64.",
                defaultValue = "8")
        Integer lanes,

        @Schema(
                description =
                        "The most records a member holds, 1 to 10000, shared by its partitions: one that backs off leaves the"
                                + " others theirs. What comes again after a crash is never more, as long as commitInterval"
                                + " is PT0S.",
                defaultValue = "100")
        Integer queueCapacity,

        @Schema(
                description = "The bytes of records a member holds before it stops fetching, 64 KiB to 64 MiB.",
                defaultValue = "8388608")
        Integer queueBytes,

        @Schema(
                description = "How often to commit, up to PT60S; PT0S is as soon as anything is handled.",
                defaultValue = "PT0S")
        String commitInterval,

        @Schema(description = "The least bytes a fetch waits for.", defaultValue = "1")
        Integer minBytes,

        @Schema(description = "The most bytes of a fetch, shared by the partitions in it.", defaultValue = "4194304")
        Integer maxBytes,

        @Schema(description = "How long a fetch waits for minBytes.", defaultValue = "PT0.5S")
        String maxWait,

        @Schema(description = "How often and when a record is offered again.")
        RetrySpec retry,

        @Schema(
                description =
                        "What becomes of a record the sink will not take. Default: dead-letter where a topic is named, else"
                                + " stop. skip needs acknowledgeLoss. None is given up for being larger than the service"
                                + " writes to a topic (fathom.pool.max-record-bytes): its partition waits.")
        @WordsOf(Spec.OnExhausted.class)
        String onExhausted,

        @Schema(description = "With onExhausted skip: that records get lost is wanted.", defaultValue = "false")
        @Nullable
        Boolean acknowledgeLoss,

        @Schema(description = "Where records go that the sink will not take.") @Nullable
        DeadLetterSpec deadLetter,

        @Schema(description = "Where records go.", required = true)
        Map<String, Object> sink,

        @Schema(description = "After how long a sink that does not answer counts as failed.", defaultValue = "PT15S")
        String handlerTimeout,

        @Schema(
                description = "How long a stop or a rebalance waits for the records the sink is working on.",
                defaultValue = "PT30S")
        String drainTimeout,

        @Schema(
                description = "classic: cooperative-sticky, sessions of 15 s; consumer: KIP-848, sessions of 45 s.",
                defaultValue = "classic")
        @WordsOf(Spec.Protocol.class)
        String protocol) {

    /** How often and when a record is offered again. */
    @Schema(description = "How often and when a record is offered again.")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record RetrySpec(
            @Schema(
                    description =
                            "After how many failures a record is given up, 1 to 1000, once the sink has taken another"
                                    + " since: while it takes none it is the sink that fails. So that it can tell, other"
                                    + " records are tried in turns; at last the one behind, where none else is to be had and"
                                    + " onExhausted is not stop.",
                    defaultValue = "10")
            Integer maxAttempts,

            @Schema(description = "The first wait.", defaultValue = "PT0.5S")
            String initial,

            @Schema(description = "By how much each wait grows, 1 to 10.", defaultValue = "2")
            Double multiplier,

            @Schema(description = "The longest wait.", defaultValue = "PT1M")
            String max,

            @Schema(
                    description = "Whether a wait is drawn from nothing to its full length, or is its full length.",
                    defaultValue = "full")
            @WordsOf(Spec.Jitter.class)
            String jitter,

            @Schema(
                    description =
                            "After how long a record that fails is named as what holds the consumer up, where no other can"
                                    + " be tried that would tell whether the record or the sink is at fault: the consumer is"
                                    + " degraded with the record in its reason. Up to P7D; PT0S: never.",
                    defaultValue = "PT15M")
            String stuckAfter) {

        static RetrySpec of(Retry retry) {
            return new RetrySpec(
                    retry.maxAttempts(),
                    retry.initial().toString(),
                    retry.multiplier(),
                    retry.max().toString(),
                    retry.jitter().wireName(),
                    retry.stuckAfter().toString());
        }
    }

    /** Where records go that the sink will not take. */
    @Schema(description = "Where records go that the sink will not take.")
    public record DeadLetterSpec(
            @Schema(description = "An existing topic that this consumer does not read.", required = true)
            String topic) {}

    /** With every default filled in. */
    public static ConsumerSpec of(Spec spec) {
        Source source = spec.source();
        Start start = spec.start();
        Limits limits = spec.limits();
        Handling handling = spec.handling();
        Faults faults = spec.faults();
        return new ConsumerSpec(
                spec.topics(),
                spec.groupId(),
                spec.members(),
                ResetBody.written(start.startFrom()),
                start.onOutOfRange().wireName(),
                start.onOffsetsLost().wireName(),
                source.isolation().wireName(),
                handling.ordering().wireName(),
                handling.lanes(),
                limits.queueCapacity(),
                limits.queueBytes(),
                limits.commitInterval().toString(),
                source.minBytes(),
                source.maxBytes(),
                source.maxWait().toString(),
                RetrySpec.of(faults.retry()),
                faults.onExhausted().wireName(),
                faults.acknowledgeLoss() ? true : null,
                faults.deadLetterTopic().map(DeadLetterSpec::new).orElse(null),
                SinkKind.written(spec.sink()),
                handling.handlerTimeout().toString(),
                limits.drainTimeout().toString(),
                spec.membership().protocol().wireName());
    }
}
