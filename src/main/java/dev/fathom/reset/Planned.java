package dev.fathom.reset;

import dev.fathom.operation.Change;
import dev.fathom.operation.Intent;
import dev.fathom.operation.RefusedException;
import dev.fathom.reset.Plan.Unseen;
import java.util.List;

/** A proposal, what was found, and the plan made of it. */
record Planned(Proposal proposal, ResetSnapshot snapshot, Plan plan) {

    static Planned of(Proposal proposal, ResetSnapshot snapshot) {
        return new Planned(proposal, snapshot, proposal.plan(snapshot));
    }

    PlanTag tag() {
        return PlanTag.of(proposal.canonical(), plan, proposal.waits());
    }

    /** @param changes none for one that waits: it is planned again when it is carried out */
    Intent intent(List<Change> changes) {
        Intent intent = new Intent(
                plan.kind(),
                plan.group().id(),
                plan.group().type(),
                proposal.request().reason(),
                changes,
                List.of(),
                proposal.undoOf(),
                plan.unseen() == Unseen.DELETED);
        return intent.parking(proposal.parking());
    }

    /**
     * Itself, if it may be carried out.
     *
     * @throws Guard.PlanOutdatedException when the plan the caller has seen no longer stands
     * @throws RefusedException when it has blockers
     */
    Planned allowed(Guard guard) {
        guard.check(tag(), plan);
        if (!plan.applicable()) {
            throw new RefusedException(plan.blockers());
        }
        return this;
    }
}
