package dev.fathom.pool.worker;

import dev.fathom.pool.definition.Spec;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Why a member's records are not delivered, in words. Asked by any thread. */
final class DeliveryProblem {

    private final Spec spec;
    private final MemberStats stats;
    private final Breaker breaker;
    private final Exhaustion exhaustion;

    DeliveryProblem(Spec spec, MemberStats stats, Breaker breaker, Exhaustion exhaustion) {
        this.spec = spec;
        this.stats = stats;
        this.breaker = breaker;
        this.exhaustion = exhaustion;
    }

    Optional<String> of(Collection<PartitionWork> works) {
        return exhaustion
                .problem()
                .map(why -> "dead-letter topic: " + why)
                .or(() -> stuck(works))
                .or(() -> failing(works))
                .or(() -> silent(works));
    }

    /**
     * A record has failed for so long that an operator has to look, and nothing tells whether it or the sink is at fault.
     */
    private Optional<String> stuck(Collection<PartitionWork> works) {
        Duration bound = spec.faults().retry().stuckAfter();
        if (bound.isZero()) {
            return Optional.empty();
        }
        return works.stream()
                .flatMap(work -> work.failingForLongest().stream())
                .min(Comparator.comparingLong(entry -> entry.failingSince))
                .filter(entry -> System.nanoTime() - entry.failingSince >= bound.toNanos())
                .filter(entry -> stats.delivered.get() == entry.takenAtFirst)
                .map(entry -> "stuck: record " + entry + " has failed for longer than " + bound
                        + " (retry.stuckAfter), and the sink has taken no other since: "
                        + entry.lastVerdict().message());
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
        long patience = spec.handling().handlerTimeout().toNanos();
        boolean silent = works.stream()
                .flatMap(work -> work.oldestInFlight().stream())
                .anyMatch(since -> System.nanoTime() - since > patience);
        return silent
                ? Optional.of("sink does not answer: it has had a record for longer than "
                        + spec.handling().handlerTimeout())
                : Optional.empty();
    }
}
