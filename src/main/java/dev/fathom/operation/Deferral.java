package dev.fathom.operation;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;

/**
 * A reset, or an undo, that waits for its group to be empty, as it was asked for: it is planned when it applies. Positions
 * are in their notation; an undo has none, and no targets: what it puts back is the operation's it undoes.
 *
 * @param until when it is given up
 * @param to for targets that do not say; null where every target does
 * @param targets empty for every partition the group has a commit for
 * @param outOfRange {@code reject} or {@code clamp}
 * @param noRecordAtOrAfter {@code reject}, {@code latest} or {@code skip}
 * @param sourceTopics topics that are no internal topics whatever they are called; null for none
 * @param metadata to be written with the commits; null keeps what is there
 * @param overwriteChanged undo only, as {@code acknowledgeOutOfRange} and {@code acknowledgeUnseen}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Deferral(
        Instant until,
        String to,
        List<Target> targets,
        String outOfRange,
        String noRecordAtOrAfter,
        boolean stable,
        String metadata,
        String reason,
        boolean acknowledgeInUse,
        boolean acknowledgeStateKept,
        boolean pauseConsumers,
        List<String> sourceTopics,
        boolean overwriteChanged,
        boolean acknowledgeOutOfRange,
        boolean acknowledgeUnseen) {

    /** @param partitions null for all of the topic's */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Target(String topic, List<Integer> partitions, String to) {}

    public Deferral {
        targets = targets == null ? List.of() : List.copyOf(targets);
    }
}
