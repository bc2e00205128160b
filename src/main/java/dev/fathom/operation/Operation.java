package dev.fathom.operation;

import dev.fathom.cluster.GroupType;
import dev.fathom.cluster.TopicPartition;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * One change made through the service, or an attempt at one, as the journal tells it.
 *
 * @param cluster the name the cluster has in this service's configuration
 * @param madeOn the name under which it was asked for: a cluster may be configured under several
 * @param at when it began, on the clock of the broker that keeps the journal
 * @param endedAt when it ended; empty while it has not
 * @param changes what was to be done; read from their packed form each time
 * @param rows the outcomes of changes that were not simply applied and verified
 * @param members the outcomes of the removal of members, by instance or member id; an empty text means removed
 * @param problem what went wrong with all of it
 * @param undoneBy the operation that put this one back
 * @param deferral for one that waits, or waited, for its group to be empty
 * @param unseen whether commits that the service might not see were deleted too
 * @param parking the record that is copied before the group moves past it
 * @param redrive the parked record that is put back; no commit changes
 */
public record Operation(
        String id,
        Kind kind,
        String cluster,
        String madeOn,
        String group,
        GroupType type,
        Caller caller,
        Optional<String> reason,
        Instant at,
        Optional<Instant> endedAt,
        Status status,
        int changeCount,
        Supplier<List<Change>> changes,
        Map<TopicPartition, Row> rows,
        Map<String, String> members,
        Optional<String> problem,
        Optional<String> undoOf,
        Optional<String> undoneBy,
        Optional<Deferral> deferral,
        boolean unseen,
        Optional<Parking> parking,
        Optional<Redrive> redrive) {

    /** The outcome of one change that was not simply applied and verified. */
    public record Row(Result.Fate fate, Optional<String> problem) {}

    public Set<String> topics() {
        Set<String> topics = changes.get().stream()
                .map(change -> change.partition().topic())
                .collect(Collectors.toCollection(HashSet::new));
        redrive.ifPresent(record -> topics.add(record.to().topic()));
        return topics;
    }

    /** Whether one of its changes took effect, was read back so, or neither; empty while it has not ended. */
    public Optional<Result.Fate> fateOf(TopicPartition partition) {
        if (!status.leftTraces()) {
            return Optional.empty();
        }
        return Optional.of(rows.containsKey(partition) ? rows.get(partition).fate() : Result.Fate.APPLIED);
    }

    /** Whether a change was read back as it was to be. */
    public boolean verified(TopicPartition partition) {
        return status.leftTraces() && !rows.containsKey(partition);
    }

    /** Whether an undo can put back all of it. */
    public boolean undoable() {
        return leavesSomethingToUndo() && !unseen;
    }

    /** Whether there is anything an undo could put back. */
    public boolean leavesSomethingToUndo() {
        boolean deleted = kind == Kind.DELETE_GROUP || kind == Kind.DELETE_OFFSETS;
        return kind != Kind.REMOVE_MEMBERS
                && redrive.isEmpty()
                && (!deleted || type.canRestoreDeleted())
                && status.leftTraces();
    }
}
