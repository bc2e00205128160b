package dev.fathom.pool.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fathom.pool.definition.Spec;
import dev.fathom.pool.definition.Spec.OnExhausted;
import dev.fathom.pool.sink.Delivery;
import dev.fathom.pool.sink.Delivery.Origin;
import dev.fathom.pool.sink.LogSpec;
import dev.fathom.pool.sink.Sink;
import dev.fathom.pool.sink.Verdict;
import dev.fathom.pool.sink.Verdict.BeyondBound;
import dev.fathom.pool.sink.Verdict.EndpointFault;
import dev.fathom.pool.sink.Verdict.RecordFault;
import dev.fathom.pool.sink.Verdict.Unjudged;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of records at sinks of every kind of misbehaviour. */
class DispatchTest {

    private final ScheduledExecutorService timers = Executors.newScheduledThreadPool(1);
    private final MemberStats stats = new MemberStats(0, Clock.systemUTC(), Optional.empty());
    private final Queue<MemberFailure> failures = new ConcurrentLinkedQueue<>();
    /** How often each offset was offered. */
    private final Map<Long, Integer> offers = new ConcurrentHashMap<>();

    private PartitionWork work;
    private Dispatch dispatch;

    @AfterEach
    void stop() {
        dispatch.close();
        timers.shutdownNow();
    }

    private static Spec spec(OnExhausted onExhausted) {
        Spec.Retry retry =
                new Spec.Retry(3, Duration.ofMillis(1), 1, Duration.ofMillis(5), Spec.Jitter.NONE, Duration.ZERO);
        return Spec.of(List.of("t"), "g", new LogSpec(LogSpec.Level.DEBUG, 1))
                .with(new Spec.Faults(retry, onExhausted, true, Optional.empty()));
    }

    /** Says something of a record that was offered for so many times. */
    private interface Script {
        void offered(Delivery delivery, int times, Consumer<Verdict> done);
    }

    /** Offers records 0 to 4 of one partition. */
    private void offerFive(OnExhausted onExhausted, boolean inOrder, Script script) {
        Spec spec = spec(onExhausted);
        Sink sink = new Sink() {
            @Override
            public void deliver(Delivery delivery, Consumer<Verdict> done) {
                script.offered(delivery, offers.merge(delivery.record().offset(), 1, Integer::sum), done);
            }

            @Override
            public boolean keepsOrder() {
                return inOrder;
            }

            @Override
            public void close() {
                // Holds nothing.
            }
        };
        dispatch = new Dispatch(
                spec,
                sink,
                Optional.empty(),
                stats,
                topicId -> new Origin("c", "id", "n", "g", topicId),
                "n",
                "dispatch-test",
                new Dispatch.Outcomes() {
                    @Override
                    public void failed(MemberFailure failure) {
                        failures.add(failure);
                    }

                    @Override
                    public void gone(String message) {
                        // No webhook here.
                    }
                },
                timers);
        work = new PartitionWork(
                new TopicPartition("t", 0), "id", 0, Dispatch.order(spec, sink), 1, true, new HeldRecords());
        dispatch.add(work);
        work.received(
                LongStream.range(0, 5)
                        .mapToObj(i -> new ConsumerRecord<byte[], byte[]>("t", 0, i, null, new byte[1]))
                        .toList(),
                Optional.of(new OffsetAndMetadata(5)));
        dispatch.wake();
    }

    private void awaitDone() {
        await().atMost(Duration.ofSeconds(10)).until(() -> work.committable()
                .filter(offset -> offset.offset() == 5)
                .isPresent());
        assertThat(failures).isEmpty();
    }

    @Test
    void whateverASinkThrowsIsAVerdictOnThatRecord() {
        offerFive(OnExhausted.SKIP, false, (delivery, times, done) -> {
            if (delivery.record().offset() == 1) {
                throw new IllegalArgumentException("no such record");
            }
            if (delivery.record().offset() == 3) {
                throw new StackOverflowError();
            }
            done.accept(Verdict.TAKEN);
        });

        awaitDone();

        assertThat(stats.delivered.get()).isEqualTo(3);
        assertThat(stats.skipped.sum()).isEqualTo(2);
    }

    @Test
    void onlyTheFirstWordOfASinkCounts() {
        offerFive(OnExhausted.SKIP, false, (delivery, times, done) -> {
            done.accept(Verdict.TAKEN);
            done.accept(EndpointFault.outage("on second thoughts"));
            throw new IllegalStateException("or none of both");
        });

        awaitDone();

        assertThat(stats.delivered.get()).isEqualTo(5);
        assertThat(stats.sinkErrors.sum()).isZero();
    }

    @Test
    void whatFailedWithOthersGoesAloneAndIsNoFault() {
        offerFive(OnExhausted.SKIP, true, (delivery, times, done) -> {
            if (!delivery.alone()) {
                done.accept(new Unjudged(true, "The batch failed."));
            } else if (delivery.record().offset() == 2) {
                done.accept(new RecordFault(OptionalInt.empty(), "It is this one."));
            } else {
                done.accept(Verdict.TAKEN);
            }
        });

        awaitDone();

        assertThat(stats.delivered.get()).isEqualTo(4);
        assertThat(stats.skipped.sum()).isEqualTo(1);
        assertThat(stats.sinkErrors.sum()).isEqualTo(1);
        assertThat(offers.values()).containsOnly(2);
        assertThat(dispatch.breaker()).isEqualTo(Breaker.State.CLOSED);
    }

    @Test
    void whatIsBeyondABoundOfTheServiceIsNotSkippedButWaits() {
        AtomicBoolean raised = new AtomicBoolean();
        offerFive(OnExhausted.SKIP, true, (delivery, times, done) -> {
            boolean beyond = delivery.record().offset() == 2 && !raised.get();
            done.accept(beyond ? new BeyondBound("A bound of ours.") : Verdict.TAKEN);
        });
        await().until(() -> offers.getOrDefault(2L, 0) > 3);
        assertThat(work.committable()).map(OffsetAndMetadata::offset).contains(2L);
        assertThat(dispatch.problem()).get().asString().contains("A bound of ours.");

        raised.set(true);
        awaitDone();

        assertThat(stats.skipped.sum()).isZero();
        assertThat(offers).containsEntry(1L, 1).containsEntry(3L, 1).containsEntry(4L, 1);
    }

    @Test
    void aDefectOfItsOwnEndsTheMemberAndNotInSilence() {
        offerFive(
                OnExhausted.DEAD_LETTER,
                false,
                (delivery, times, done) ->
                        done.accept(new RecordFault(OptionalInt.empty(), "There are no dead letters here.")));

        await().until(() -> !failures.isEmpty());

        assertThat(failures.peek().passes()).isTrue();
        assertThat(failures.peek().reason()).isEqualTo(MemberFailure.UNFORESEEN);
    }
}
