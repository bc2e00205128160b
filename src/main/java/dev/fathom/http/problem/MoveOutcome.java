package dev.fathom.http.problem;

import dev.fathom.operation.Result;
import dev.fathom.reset.PlanRow;
import java.util.Optional;

/** What becomes, or became, of one partition's commit. */
enum MoveOutcome {
    PLANNED,
    APPLIED,
    UNCHANGED,
    SKIPPED,
    FAILED,
    UNKNOWN;

    static MoveOutcome of(PlanRow row, Optional<Result.Row> came) {
        if (came.isPresent()) {
            return switch (came.get().fate()) {
                case APPLIED -> APPLIED;
                case FAILED -> FAILED;
                case UNKNOWN -> UNKNOWN;
            };
        }
        if (row.problem().isPresent()) {
            return FAILED;
        }
        return switch (row.intention()) {
            case PLANNED -> PLANNED;
            case UNCHANGED -> UNCHANGED;
            case SKIPPED -> SKIPPED;
        };
    }
}
