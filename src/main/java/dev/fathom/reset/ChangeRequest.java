package dev.fathom.reset;

import dev.fathom.operation.Blocker.Acknowledgement;
import java.util.Optional;
import java.util.Set;

/** What every request to change a group's commits may say. */
interface ChangeRequest {

    Set<Acknowledgement> acknowledged();

    Optional<String> reason();

    default Waiting waiting() {
        return Waiting.NONE;
    }
}
