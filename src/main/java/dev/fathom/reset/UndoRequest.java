package dev.fathom.reset;

import java.time.Duration;
import java.util.Optional;

/**
 * How an operation is to be undone.
 *
 * @param overwriteChanged puts the old commit back although it is no longer the one the operation left
 * @param acknowledgeUnseen puts back what it can of an operation that deleted commits the service did not see
 * @param stable whether a commit that an open transaction holds is in the way
 * @param acknowledgeOutOfRange puts an old offset back although it lies outside the log now
 * @param pauseConsumers whether a managed consumer that runs the group is to make way
 * @param waitForEmpty how long to wait for the group to be empty; empty for not at all
 */
public record UndoRequest(
        boolean overwriteChanged,
        boolean acknowledgeOutOfRange,
        boolean acknowledgeInUse,
        boolean acknowledgeStateKept,
        boolean acknowledgeUnseen,
        boolean stable,
        boolean pauseConsumers,
        Optional<Duration> waitForEmpty,
        Optional<String> reason) {

    /** The same once the managed consumer of the group has made way, which takes a while. */
    public UndoRequest pausingConsumers(Duration patience) {
        return new UndoRequest(
                overwriteChanged,
                acknowledgeOutOfRange,
                acknowledgeInUse,
                acknowledgeStateKept,
                acknowledgeUnseen,
                stable,
                true,
                Optional.of(patience),
                reason);
    }
}
