package dev.fathom.reset;

import java.time.Duration;
import java.util.Optional;

/**
 * What is to happen while a group has members.
 *
 * @param forEmpty how long to wait for the group to be empty; empty for not at all
 * @param pauseConsumers whether a managed consumer that runs the group is to make way
 */
public record Waiting(Optional<Duration> forEmpty, boolean pauseConsumers) {

    public static final Waiting NONE = new Waiting(Optional.empty(), false);

    /** For a consumer that makes way, which takes a while. */
    Waiting pausing(Duration patience) {
        return new Waiting(forEmpty.or(() -> Optional.of(patience)), true);
    }

    /** The same once the group is empty. */
    Waiting over() {
        return new Waiting(Optional.empty(), pauseConsumers);
    }
}
