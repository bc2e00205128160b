package dev.fathom.reset;

import dev.fathom.operation.Blocker.Acknowledgement;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * How an operation is to be undone.
 *
 * @param acknowledged what is in the way and known
 * @param stable whether a commit that an open transaction holds is in the way
 */
public record UndoRequest(Set<Acknowledgement> acknowledged, boolean stable, Waiting waiting, Optional<String> reason)
        implements ChangeRequest {

    /** The same once the managed consumer of the group has made way, which takes a while. */
    public UndoRequest pausingConsumers(Duration patience) {
        return new UndoRequest(acknowledged, stable, waiting.pausing(patience), reason);
    }
}
