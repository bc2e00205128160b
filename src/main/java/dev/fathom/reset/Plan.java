package dev.fathom.reset;

import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.GroupListing;
import dev.fathom.operation.Blocker;
import dev.fathom.operation.Change;
import dev.fathom.operation.Kind;
import dev.fathom.reset.PlanRow.Intention;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a request would do, partition by partition, and what blocks it.
 *
 * @param group as it is listed; a group that does not exist yet is listed as it would be
 * @param description empty for a group that does not exist yet
 * @param rows by topic and partition
 * @param unseen what becomes of commits that the service may not see
 */
public record Plan(
        Kind kind,
        GroupListing group,
        Optional<GroupDescription> description,
        List<PlanRow> rows,
        List<Blocker> blockers,
        List<Warning> warnings,
        Unseen unseen) {

    /**
     * What the caller should know before it is done.
     *
     * @param topics the topics it is about
     */
    public record Warning(What what, String detail, List<String> topics) {}

    public enum What {
        /** State stores, changelogs and repartition topics stay as they are. */
        STATE_KEPT,
        /** What is known of single records of a share group (in flight, retried, done) is forgotten. */
        DELIVERY_STATE_DISCARDED,
        /** Members that are removed join again unless they are stopped. */
        MEMBERS_REJOIN,
        NOT_JOURNALED
    }

    /** What becomes of commits on topics that the cluster's ACLs may hide from the service. */
    public enum Unseen {
        /** There are none, or the plan is about others. */
        NONE,
        /** They are deleted with the group, and no undo brings them back. */
        DELETED,
        /** They stay, although the request is about everything the group has committed. */
        LEFT_ALONE
    }

    public boolean applicable() {
        return blockers.isEmpty();
    }

    Plan warning(Warning warning) {
        List<Warning> all = new ArrayList<>(warnings);
        all.add(warning);
        return new Plan(kind, group, description, rows, blockers, all, unseen);
    }

    public Plan blockedBy(Blocker blocker) {
        List<Blocker> all = new ArrayList<>(blockers);
        all.add(blocker);
        return new Plan(kind, group, description, rows, all, warnings, unseen);
    }

    Plan withRows(List<PlanRow> others) {
        return new Plan(kind, group, description, others, blockers, warnings, unseen);
    }

    /** What is to be changed: the rows that are not there already and not left alone. */
    List<Change> changes() {
        return rows.stream()
                .filter(row -> row.intention() == Intention.PLANNED)
                .map(PlanRow::change)
                .toList();
    }
}
