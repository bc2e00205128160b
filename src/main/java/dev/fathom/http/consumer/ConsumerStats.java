package dev.fathom.http.consumer;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fathom.http.answer.Numbers;
import dev.fathom.http.words.WordsOf;
import dev.fathom.pool.ConsumerView;
import dev.fathom.pool.MemberView;
import dev.fathom.pool.definition.Spec;
import dev.fathom.pool.worker.Breaker;
import dev.fathom.pool.worker.MemberReport;
import dev.fathom.pool.worker.MemberReport.Errors;
import dev.fathom.pool.worker.MemberReport.PartitionReport;
import dev.fathom.pool.worker.MemberReport.SpanSpread;
import dev.fathom.pool.worker.MemberReport.Spread;
import dev.fathom.pool.worker.MemberReport.Totals;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What a managed consumer has counted. */
@Schema(
        description =
                "What a managed consumer has counted, since each slot first ran; never reset by reading. Configuration"
                        + " stands beside it where a number is read against it.")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ConsumerStats(
        @Schema(description = "The consumer.", required = true)
        String name,

        @Schema(description = "All members together.", required = true)
        Counts total,

        @Schema(description = "By slot.", required = true) List<Counts> members,

        @Schema(description = "The most records a member holds.", required = true)
        int queueCapacity,

        @Schema(description = "The least bytes a fetch waits for.", required = true)
        int minBytes,

        @Schema(description = "The most bytes of a fetch.", required = true)
        int maxBytes,

        @Schema(description = "How long a fetch waits.", required = true)
        Duration maxWait,

        @Schema(description = "When this was put together.", required = true)
        Instant observedAt) {

    /** Of a member, or of all. */
    @Schema(name = "ConsumerCounts", description = "Of one member, or of all together.")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Counts(
            @Schema(description = "The member's slot; absent in the total.") @Nullable
            Integer slot,

            @Schema(description = "The replica it runs in; absent in the total.") @Nullable
            String replica,

            @Schema(description = "Whether a report is overdue; absent in the total.") @Nullable
            Boolean stale,

            @Schema(
                    description =
                            "Records fetched; one that was dropped with its partition and fetched again counts again.",
                    required = true)
            long records,

            @Schema(description = "Bytes of their keys and values.", required = true)
            long bytes,

            @Schema(description = "Fetch requests sent.", required = true)
            long fetches,

            @Schema(description = "Connections opened.", required = true)
            long connections,

            @Schema(description = "Rebalances taken part in.", required = true)
            long rebalances,

            @Schema(description = "Polls that returned no record.", required = true)
            long emptyPolls,

            @Schema(description = "What went wrong, by where.", required = true)
            ErrorCounts errors,

            @Schema(description = "Records the sink accepted; one that was sent again counts again.", required = true)
            long delivered,

            @Schema(description = "Deliveries that failed and will be retried.", required = true)
            long retried,

            @Schema(description = "Records written to the dead-letter topic.", required = true)
            long deadLettered,

            @Schema(
                    description =
                            "Records skipped: as onExhausted skip wants it, and those that were passed over where a commit lay"
                                    + " outside the log or was lost, in offsets, which may be more. Each has its event.",
                    required = true)
            long skipped,

            @Schema(
                    description = "Verdicts and fetched records that arrived after the partition had been revoked.",
                    required = true)
            long staleCompletions,

            @Schema(description = "Records the sink is working on now.", required = true)
            int inFlight,

            @Schema(description = "Records held now.", required = true)
            int queueLength,

            @Schema(description = "Whether the sink is being offered records; absent in the total.")
            @WordsOf(Breaker.State.class)
            @Nullable
            String breaker,

            @Schema(description = "When the sink last took a record.") @Nullable
            Instant lastDeliveryAt,

            @Schema(description = "How long fetches took, as the client measures it; absent in the total.") @Nullable
            Spans fetchLatency,

            @Schema(description = "How long the sink took for a record, failures included; absent in the total.")
            @Nullable
            Spans handlerLatency,

            @Schema(description = "As the client measures it; absent in the total.") @Nullable
            Numbers recordsPerFetch,

            @Schema(description = "As the client measures it; absent in the total.") @Nullable
            Numbers bytesPerFetch,

            @Schema(description = "What it owns, by topic and partition; absent in the total.") @Nullable
            List<PartitionCounts> partitions,

            @Schema(description = "When the member reported this; absent in the total.") @Nullable
            Instant observedAt) {}

    /** What went wrong, by where. */
    @Schema(name = "ConsumerErrors", description = "How often something went wrong, by where.")
    public record ErrorCounts(
            @Schema(description = "Polls, and what they called.", required = true)
            long poll,

            @Schema(description = "Commits.", required = true)
            long commit,

            @Schema(description = "Deliveries to the sink.", required = true)
            long sink,

            @Schema(description = "Dead letters.", required = true)
            long deadLetter) {

        static ErrorCounts of(Errors errors) {
            return new ErrorCounts(errors.poll(), errors.commit(), errors.sink(), errors.deadLetter());
        }
    }

    /** How long something took. */
    @Schema(name = "ConsumerSpans", description = "How long something took; a part without a source is absent.")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Spans(
            @Schema(description = "On average.") @Nullable Duration avg,

            @Schema(description = "At least.") @Nullable Duration min,

            @Schema(description = "At most.") @Nullable Duration max) {

        static @Nullable Spans of(@Nullable SpanSpread spread) {
            return spread == null ? null : new Spans(spread.avg(), spread.min(), spread.max());
        }
    }

    /** How much of something there was. */
    @Schema(name = "ConsumerSpread", description = "How much there was; a part without a source is absent.")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Numbers(
            @Schema(description = "On average.") @Nullable Double avg,

            @Schema(description = "At least.") @Nullable Double min,

            @Schema(description = "At most.") @Nullable Double max) {

        static @Nullable Numbers of(@Nullable Spread spread) {
            return spread == null ? null : new Numbers(spread.avg(), spread.min(), spread.max());
        }
    }

    /** One partition of a member. */
    @Schema(name = "ConsumerPartition", description = "One partition of a member.")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record PartitionCounts(
            @Schema(description = "The topic.", required = true)
            String topic,

            @Schema(description = "Its number.", required = true)
            int partition,

            @Schema(
                    description =
                            "The next offset to fetch; the committed one if the consumer is stopped. Absent while unknown.")
            @Nullable
            Long position,

            @Schema(description = "What is committed.") @Nullable
            Long committed,

            @Schema(
                    description =
                            "One past the last record that can be fetched, as the log says now; absent while unknown.")
            @Nullable
            Long lastOffset,

            @Schema(description = "lastOffset less position: records not fetched yet; absent while unknown.") @Nullable
            Long lag,

            @Schema(
                    description =
                            "How long ago the oldest record that is not done was written, fetched or not, as its timestamp"
                                    + " says; PT0S when everything is done, absent while unknown.")
            @Nullable
            Duration timeLag) {

        static PartitionCounts of(PartitionReport report, Instant at) {
            return new PartitionCounts(
                    report.topic(),
                    report.partition(),
                    report.position(),
                    report.committed(),
                    report.lastOffset(),
                    report.lag(),
                    timeLag(report, at));
        }

        private static @Nullable Duration timeLag(PartitionReport report, Instant at) {
            if (report.oldestUndone() != null) {
                Duration lag = Duration.between(report.oldestUndone(), at);
                return lag.isNegative() ? Duration.ZERO : lag;
            }
            return report.lag() != null && report.lag() == 0 ? Duration.ZERO : null;
        }
    }

    public static ConsumerStats of(ConsumerView view, Instant now) {
        List<Totals> all =
                view.members().stream().map(member -> member.report().totals()).toList();
        Spec spec = view.definition().spec();
        return new ConsumerStats(
                view.definition().name(),
                total(all),
                view.members().stream().map(member -> counts(member, now)).toList(),
                spec.limits().queueCapacity(),
                spec.source().minBytes(),
                spec.source().maxBytes(),
                spec.source().maxWait(),
                now);
    }

    private static Counts counts(MemberView member, Instant now) {
        MemberReport report = member.report();
        Totals totals = report.totals();
        return new Counts(
                report.slot(),
                report.replica(),
                member.stale(),
                totals.records(),
                totals.bytes(),
                totals.fetches(),
                totals.connections(),
                totals.rebalances(),
                totals.emptyPolls(),
                ErrorCounts.of(totals.errors()),
                totals.delivered(),
                totals.retried(),
                totals.deadLettered(),
                totals.skipped(),
                totals.staleCompletions(),
                totals.inFlight(),
                totals.queueLength(),
                totals.breaker(),
                totals.lastDeliveryAt(),
                Spans.of(totals.fetchLatency()),
                Spans.of(totals.handlerLatency()),
                Numbers.of(totals.recordsPerFetch()),
                Numbers.of(totals.bytesPerFetch()),
                report.partitions().stream()
                        .map(partition -> PartitionCounts.of(partition, now))
                        .toList(),
                report.at());
    }

    private static Counts total(List<Totals> all) {
        return new Counts(
                null,
                null,
                null,
                sum(all, Totals::records),
                sum(all, Totals::bytes),
                sum(all, Totals::fetches),
                sum(all, Totals::connections),
                sum(all, Totals::rebalances),
                sum(all, Totals::emptyPolls),
                new ErrorCounts(
                        sum(all, totals -> totals.errors().poll()),
                        sum(all, totals -> totals.errors().commit()),
                        sum(all, totals -> totals.errors().sink()),
                        sum(all, totals -> totals.errors().deadLetter())),
                sum(all, Totals::delivered),
                sum(all, Totals::retried),
                sum(all, Totals::deadLettered),
                sum(all, Totals::skipped),
                sum(all, Totals::staleCompletions),
                (int) sum(all, Totals::inFlight),
                (int) sum(all, Totals::queueLength),
                null,
                latest(all, Totals::lastDeliveryAt),
                null,
                null,
                null,
                null,
                null,
                null);
    }

    private static long sum(List<Totals> all, ToLongFunction<Totals> number) {
        return all.stream().mapToLong(number).sum();
    }

    private static @Nullable Instant latest(List<Totals> all, Function<Totals, Instant> instant) {
        return all.stream()
                .map(instant)
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder())
                .orElse(null);
    }
}
