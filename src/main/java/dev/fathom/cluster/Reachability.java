package dev.fathom.cluster;

import java.time.Instant;
import java.util.Optional;

/**
 * Whether a cluster answers, as the last probe in the background saw it.
 *
 * @param since when it became so
 * @param detail why not, when it does not answer
 */
public record Reachability(Status status, Instant since, Optional<String> detail) {

    public enum Status {
        UP,
        DOWN,
        /** Not probed yet. */
        UNKNOWN
    }
}
