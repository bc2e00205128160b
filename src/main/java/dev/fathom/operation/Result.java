package dev.fathom.operation;

import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.TopicPartition;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * The outcome of a change.
 *
 * @param rows by partition, for changes that change commits
 * @param members by instance or member id, for the removal of members; empty means removed
 * @param problem what went wrong with all of it
 */
public record Result(
        Map<TopicPartition, Row> rows,
        Map<String, Optional<ClusterException>> members,
        Optional<ClusterException> problem) {

    /**
     * The outcome of one commit's change.
     *
     * @param verified whether what was read back is what was to be; false also where it could not be read back
     * @param problem why it was not done, or why that is not known
     */
    public record Row(Fate fate, boolean verified, Optional<ClusterException> problem) {

        public static Row applied(boolean verified) {
            return new Row(Fate.APPLIED, verified, Optional.empty());
        }

        public static Row failed(ClusterException problem) {
            return new Row(Fate.FAILED, false, Optional.of(problem));
        }

        /** Timed out, and what was read back does not show it. */
        public static Row unknown(ClusterException problem) {
            return new Row(Fate.UNKNOWN, false, Optional.of(problem));
        }

        /** What the broker said to a change; whether a timeout took effect only the reading back can tell. */
        public static Row of(Optional<ClusterException> problem, boolean verified) {
            if (problem.isEmpty()) {
                return applied(verified);
            }
            if (open(problem.get())) {
                return verified ? applied(true) : unknown(problem.get());
            }
            return failed(problem.get());
        }
    }

    public enum Fate {
        APPLIED,
        FAILED,
        UNKNOWN
    }

    public static Result ofRows(Map<TopicPartition, Row> rows) {
        return new Result(rows, Map.of(), Optional.empty());
    }

    public static Result failed(ClusterException problem) {
        return new Result(Map.of(), Map.of(), Optional.of(problem));
    }

    /** Whether a change that failed so may have taken effect; a refusal has a reason we know. */
    static boolean open(ClusterException problem) {
        return problem.reason() == Reason.TIMED_OUT
                || problem.reason() == Reason.UNAVAILABLE
                || problem.reason() == Reason.UNEXPECTED;
    }

    public Status status() {
        if (problem.isPresent()) {
            return open(problem.get()) ? Status.UNKNOWN : Status.FAILED;
        }
        if (!members.isEmpty()) {
            long failed = members.values().stream().filter(Optional::isPresent).count();
            return failed == 0 ? Status.APPLIED : failed == members.size() ? Status.FAILED : Status.PARTIAL;
        }
        return statusOf(rows.values());
    }

    private static Status statusOf(Collection<Row> rows) {
        long applied = rows.stream().filter(row -> row.fate() == Fate.APPLIED).count();
        if (rows.stream().anyMatch(row -> row.fate() == Fate.UNKNOWN)) {
            return Status.UNKNOWN;
        }
        return applied == rows.size() ? Status.APPLIED : applied == 0 ? Status.FAILED : Status.PARTIAL;
    }
}
