package dev.fathom.pool.worker;

import dev.fathom.pool.definition.Spec;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Gives up records the sink does not take: dead-letters or skips them, or stops the consumer. */
final class Exhaustion implements AutoCloseable {

    private final Spec spec;
    private final Optional<DeadLetters> deadLetters;
    private final MemberStats stats;
    private final String consumer;
    private final SinkThread thread;
    private final Predicate<PartitionWork> atWork;
    private final Consumer<MemberFailure> end;
    /** Records that could not be dead-lettered, and why. */
    private final Map<Entry, String> refused = new ConcurrentHashMap<>();

    /**
     * @param thread may block; continues with other records once one is given up
     * @param atWork whether a partition is still the member's, and anything is offered at all
     * @param end told why the consumer ends
     */
    Exhaustion(
            Spec spec,
            Optional<DeadLetters> deadLetters,
            MemberStats stats,
            String consumer,
            SinkThread thread,
            Predicate<PartitionWork> atWork,
            Consumer<MemberFailure> end) {
        this.spec = spec;
        this.deadLetters = deadLetters;
        this.stats = stats;
        this.consumer = consumer;
        this.thread = thread;
        this.atWork = atWork;
        this.end = end;
    }

    /** Why a record could not be dead-lettered, in words. */
    Optional<String> problem() {
        return refused.values().stream().findFirst();
    }

    /** Gives a record up, which is in flight until that is done. On the thread that may block. */
    void exhaust(PartitionWork work, Entry entry) {
        String why = entry.lastVerdict().message();
        switch (spec.faults().onExhausted()) {
            case SKIP -> {
                boolean inTime = work.givenUp(entry);
                if (inTime) {
                    stats.skipped.increment();
                    stats.event(EventType.SKIPPED, entry + ": " + why);
                }
                stats.landed(inTime);
                thread.wake();
            }
            case STOP -> {
                work.again(entry, System.nanoTime());
                end.accept(MemberFailure.lasting(
                        MemberFailure.POISON_RECORD,
                        "The sink does not take record " + entry + " and onExhausted is stop: " + why
                                + " Fix the sink and start the consumer, or move its group past the record with a"
                                + " reset."));
            }
            case DEAD_LETTER -> bury(work, entry, why, 1);
        }
    }

    private void bury(PartitionWork work, Entry entry, String why, int tries) {
        DeadLetters letters = deadLetters.orElseThrow();
        DeadLetters.Fault fault = new DeadLetters.Fault(
                spec.groupId(),
                consumer,
                Math.max(1, entry.attempts),
                "sink",
                entry.lastVerdict().status(),
                why);
        letters.write(entry.record, fault, problem -> {
            if (problem.isEmpty()) {
                refused.remove(entry);
                boolean inTime = work.givenUp(entry);
                if (inTime) {
                    stats.deadLettered.increment();
                    stats.event(EventType.DEAD_LETTERED, entry + " to " + letters.topic() + ": " + why);
                }
                stats.landed(inTime);
                thread.wake();
            } else {
                String told = entry + " cannot be written to the dead-letter topic \"" + letters.topic() + "\": "
                        + problem.get();
                refused.put(entry, told);
                stats.deadLetterErrors.increment();
                stats.error(told);
                if (tries == 1) {
                    stats.event(EventType.DEAD_LETTER_FAILED, entry + " to " + letters.topic() + ": " + problem.get());
                }
                buryAgain(work, entry, why, tries + 1);
            }
        });
    }

    /** It stays in flight: its partition waits, and commits nothing beyond it, until it is written. */
    private void buryAgain(PartitionWork work, Entry entry, String why, int tries) {
        Runnable again = () -> {
            if (atWork.test(work)) {
                bury(work, entry, why, tries);
            } else {
                leave(work, entry);
            }
        };
        if (!thread.submitIn(Backoff.after(tries, spec.faults().retry()), again)) {
            leave(work, entry);
        }
    }

    private void leave(PartitionWork work, Entry entry) {
        refused.remove(entry);
        work.again(entry, System.nanoTime());
    }

    @Override
    public void close() {
        deadLetters.ifPresent(DeadLetters::close);
    }
}
