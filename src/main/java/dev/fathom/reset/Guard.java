package dev.fathom.reset;

import java.util.List;
import java.util.Optional;

/**
 * What the caller demands before a change is made.
 *
 * @param tag of the plan the caller has seen; empty when none was sent
 * @param approved whether the change is part of a larger one whose plan the caller has seen
 */
public record Guard(Optional<String> tag, boolean approved) {

    /** For what the service continues by itself: a part of a larger change, or one that waited. */
    public static final Guard APPROVED = new Guard(Optional.empty(), true);

    public static Guard of(Optional<String> tag) {
        return new Guard(tag, false);
    }

    /** The plan the caller has seen no longer stands. Nothing was changed. */
    public static class PlanOutdatedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient List<PlanTag.Difference> differences;

        PlanOutdatedException(List<PlanTag.Difference> differences) {
            super("The plan no longer stands: " + differences.get(0).detail()
                    + (differences.size() > 1 ? " And " + (differences.size() - 1) + " more." : ""));
            this.differences = List.copyOf(differences);
        }

        public List<PlanTag.Difference> differences() {
            return differences;
        }
    }

    /** A change without a plan, on a cluster that requires one. */
    public static class PlanRequiredException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        PlanRequiredException(String cluster) {
            super("Cluster \"" + cluster
                    + "\" requires a plan for every change: send a dry run, then its ETag as If-Match.");
        }
    }

    void demand(String cluster, boolean required) {
        if (required && tag.isEmpty() && !approved) {
            throw new PlanRequiredException(cluster);
        }
    }

    void check(PlanTag now, Plan plan) {
        if (tag.isPresent() && !now.matches(tag.get())) {
            throw new PlanOutdatedException(now.differences(tag.get(), plan));
        }
    }
}
