package dev.fathom.operation;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fathom.operation.Blocker.Acknowledgement;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
 * @param otherAcknowledgements the fields of acknowledgements that have none here; null for none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Deferral(
        Instant until,
        @Nullable String to,
        List<Target> targets,
        @Nullable String outOfRange,
        @Nullable String noRecordAtOrAfter,
        boolean stable,
        @Nullable String metadata,
        @Nullable String reason,
        boolean acknowledgeInUse,
        boolean acknowledgeStateKept,
        boolean pauseConsumers,
        @Nullable List<String> sourceTopics,
        boolean overwriteChanged,
        boolean acknowledgeOutOfRange,
        boolean acknowledgeUnseen,
        @Nullable List<String> otherAcknowledgements) {

    /** @param partitions null for all of the topic's */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Target(
            String topic,
            @Nullable List<Integer> partitions,
            @Nullable String to) {}

    public Deferral {
        targets = targets == null ? List.of() : List.copyOf(targets);
    }

    public static Deferral of(
            Instant until,
            @Nullable String to,
            List<Target> targets,
            @Nullable String outOfRange,
            @Nullable String noRecordAtOrAfter,
            boolean stable,
            @Nullable String metadata,
            @Nullable String reason,
            Set<Acknowledgement> acknowledged,
            boolean pauseConsumers,
            @Nullable List<String> sourceTopics) {
        List<String> others = acknowledged.stream()
                .filter(each -> each.compareTo(Acknowledgement.CHANGED_SINCE) > 0)
                .map(Acknowledgement::field)
                .toList();
        return new Deferral(
                until,
                to,
                targets,
                outOfRange,
                noRecordAtOrAfter,
                stable,
                metadata,
                reason,
                acknowledged.contains(Acknowledgement.IN_USE),
                acknowledged.contains(Acknowledgement.STATE_KEPT),
                pauseConsumers,
                sourceTopics,
                acknowledged.contains(Acknowledgement.CHANGED_SINCE),
                acknowledged.contains(Acknowledgement.OUT_OF_RANGE),
                acknowledged.contains(Acknowledgement.UNSEEN),
                others.isEmpty() ? null : others);
    }

    public Set<Acknowledgement> acknowledged() {
        return Acknowledgement.of(each -> switch (each) {
            case IN_USE -> acknowledgeInUse;
            case STATE_KEPT -> acknowledgeStateKept;
            case UNSEEN -> acknowledgeUnseen;
            case OUT_OF_RANGE -> acknowledgeOutOfRange;
            case CHANGED_SINCE -> overwriteChanged;
            default -> otherAcknowledgements != null && otherAcknowledgements.contains(each.field());
        });
    }
}
