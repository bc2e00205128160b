package dev.fathom.pool.worker;

import dev.fathom.pool.definition.Spec;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** What keeps a member's records from going on, in words. Asked by any thread. */
final class Trouble {

    private final Spec spec;
    private final MemberStats stats;
    private final Breaker breaker;
    private final Exhaustion exhaustion;

    Trouble(Spec spec, MemberStats stats, Breaker breaker, Exhaustion exhaustion) {
        this.spec = spec;
        this.stats = stats;
        this.breaker = breaker;
        this.exhaustion = exhaustion;
    }

    /** The worst of it; empty when there is none. */
    Optional<String> of(Collection<PartitionWork> works) {
        return exhaustion
                .trouble()
                .map(why -> "dead-letter topic: " + why)
                .or(() -> stuck(works))
                .or(() -> failing(works))
                .or(() -> silent(works));
    }

    /** That a record has failed for so long that somebody has to look, and nothing tells whose fault it is. */
    private Optional<String> stuck(Collection<PartitionWork> works) {
        Duration bound = spec.retry().stuckAfter();
        if (bound.isZero()) {
            return Optional.empty();
        }
        return works.stream()
                .flatMap(work -> work.failingForLongest().stream())
                .min(Comparator.comparingLong(entry -> entry.failingSince))
                .filter(entry -> System.nanoTime() - entry.failingSince >= bound.toNanos())
                .filter(entry -> stats.delivered.get() == entry.takenAtFirst)
                .map(entry -> "stuck: record " + entry + " has failed for longer than " + bound
                        + " (retry.stuckAfter), and the sink has taken no other since: " + entry.last.message());
    }

    private Optional<String> failing(Collection<PartitionWork> works) {
        String last = stats.lastError().map(MemberReport.LastError::message).orElse("");
        if (breaker.state() != Breaker.State.CLOSED) {
            return Optional.of("sink down: " + last);
        }
        return works.stream().anyMatch(PartitionWork::retrying)
                ? Optional.of("sink failing: " + last)
                : Optional.empty();
    }

    private Optional<String> silent(Collection<PartitionWork> works) {
        long patience = spec.handlerTimeout().toNanos();
        boolean silent = works.stream()
                .flatMap(work -> work.oldestInFlight().stream())
                .anyMatch(since -> System.nanoTime() - since > patience);
        return silent
                ? Optional.of("sink does not answer: a record is in its hands for longer than " + spec.handlerTimeout())
                : Optional.empty();
    }
}
