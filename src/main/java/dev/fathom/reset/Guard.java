package dev.fathom.reset;

import java.util.List;
import java.util.Optional;

/**
 * What the caller demands before a change is made.
 *
 * @param tag of the plan the caller has seen; empty when none was sent
 */
public record Guard(Optional<String> tag) {

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

    /** A change without a plan, on a cluster that demands one. */
    public static class PlanRequiredException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        PlanRequiredException(String cluster) {
            super("Cluster \"" + cluster
                    + "\" demands a plan for every change: send a dry run and its ETag as If-Match.");
        }
    }

    void demand(String cluster, boolean required) {
        if (required && tag.isEmpty()) {
            throw new PlanRequiredException(cluster);
        }
    }

    void check(PlanTag now, Plan plan) {
        if (tag.isPresent() && !now.matches(tag.get())) {
            throw new PlanOutdatedException(now.differences(tag.get(), plan));
        }
    }
}
