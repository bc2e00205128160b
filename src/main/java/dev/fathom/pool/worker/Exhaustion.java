package dev.fathom.pool.worker;

import dev.fathom.pool.definition.Spec;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What becomes of a record the sink will not take: the dead letters, nothing, or the end of the consumer. */
final class Exhaustion implements AutoCloseable {

    private final Spec spec;
    private final Optional<DeadLetters> deadLetters;
    private final MemberStats stats;
    private final String consumer;
    private final SinkThread thread;
    private final Predicate<PartitionWork> atWork;
    private final Consumer<MemberFailure> end;
    /** What the dead letters do not take, and why. */
    private final Map<Entry, String> refused = new ConcurrentHashMap<>();

    /**
     * @param thread may block, and goes on with other records once one is given up
     * @param atWork whether a partition is still the member's, and anything is offered at all
     * @param end told what the consumer is to end by
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

    /** What keeps the dead letters from taking a record, in words. */
    Optional<String> trouble() {
        return refused.values().stream().findFirst();
    }

    /** Gives a record up, which is in flight until that is done. On the thread that may block. */
    void exhaust(PartitionWork work, Entry entry) {
        String why = entry.last.message();
        switch (spec.onExhausted()) {
            case SKIP -> {
                boolean inTime = work.givenUp(entry);
                if (inTime) {
                    stats.skipped.increment();
                    stats.event("skipped", entry + ": " + why);
                }
                stats.landed(inTime);
                thread.wake();
            }
            case STOP -> {
                work.again(entry, System.nanoTime());
                end.accept(MemberFailure.lasting(
                        MemberFailure.POISON_RECORD,
                        "The sink does not take record " + entry + " and there is nowhere else to put it: " + why
                                + " Mend the sink and start the consumer, or move it past the record by a reset."));
            }
            case DEAD_LETTER -> bury(work, entry, why, 1);
        }
    }

    private void bury(PartitionWork work, Entry entry, String why, int tries) {
        DeadLetters letters = deadLetters.orElseThrow();
        DeadLetters.Fault fault = new DeadLetters.Fault(
                spec.groupId(), consumer, Math.max(1, entry.attempts), "sink", entry.last.status(), why);
        letters.write(entry.record, fault, trouble -> {
            if (trouble.isEmpty()) {
                refused.remove(entry);
                boolean inTime = work.givenUp(entry);
                if (inTime) {
                    stats.deadLettered.increment();
                    stats.event("dead-lettered", entry + " to " + letters.topic() + ": " + why);
                }
                stats.landed(inTime);
                thread.wake();
            } else {
                String told = entry + " cannot be written to the dead-letter topic \"" + letters.topic() + "\": "
                        + trouble.get();
                refused.put(entry, told);
                stats.deadLetterErrors.increment();
                stats.error(told);
                if (tries == 1) {
                    stats.event("dead-letter-failed", entry + " to " + letters.topic() + ": " + trouble.get());
                }
                buryAgain(work, entry, why, tries + 1);
            }
        });
    }

    /** Still in flight: the partition stands, and nothing of it is committed, until the dead letters take it. */
    private void buryAgain(PartitionWork work, Entry entry, String why, int tries) {
        Runnable again = () -> {
            if (atWork.test(work)) {
                bury(work, entry, why, tries);
            } else {
                leave(work, entry);
            }
        };
        if (!thread.submitIn(Backoff.after(tries, spec.retry()), again)) {
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
