package dev.fathom.reset;

import dev.fathom.operation.Blocker;
import dev.fathom.operation.Result;
import java.util.List;
import java.util.Optional;

/**
 * A plan and its outcome.
 *
 * @param tag of the plan
 * @param result empty for a dry run, and for one that waits
 * @param operation its id in the journal; empty for a dry run, and where nothing was to be changed
 * @param waiting whether it waits for the group to be empty
 */
public record Move(Plan plan, PlanTag tag, Optional<Result> result, Optional<String> operation, boolean waiting) {

    public Move blockedBy(Blocker blocker) {
        return new Move(plan.blockedBy(blocker), tag, result, operation, waiting);
    }

    Move withRows(List<PlanRow> rows) {
        return new Move(plan.withRows(rows), tag, result, operation, waiting);
    }
}
