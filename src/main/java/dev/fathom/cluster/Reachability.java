package dev.fathom.cluster;

import java.time.Instant;
import java.util.Optional;

/**
 * Whether a cluster answers, as the last probe in the background saw it.
 *
 * @param since when it became so
 * @param detail why not, when it does not answer: which addresses were tried, what happened there, and what to check. Where
 *     it answers, the same of those of its brokers that do not
 */
public record Reachability(Status status, Instant since, Optional<String> detail) {

    public enum Status {
        UP,
        DOWN,
        UNKNOWN
    }
}
