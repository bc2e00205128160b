package dev.fathom.group;

import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.GroupListing;
import dev.fathom.cluster.Outcome;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Asks a question about very many groups in portions that can be answered in the time that is left, by what groups took
 * before. What there is no time for is a problem of those groups, and the others have their answer.
 */
final class Portions {

    /** Of groups of which it is not known what they take. */
    private static final int FIRST = 250;
    /** Fewer cost what a question costs, whatever it is about. */
    private static final int ENOUGH_TO_TELL = 50;
    /** Of the time that is left: what groups took before is no promise. */
    private static final double PART_OF_THE_TIME = 0.6;

    private final LongSupplier nanos;
    /** Nanoseconds a group took last time, by what was asked. */
    private final Map<Object, Double> cost = new ConcurrentHashMap<>();

    /** @param nanos a clock that never goes back */
    Portions(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * @param kind of the question: groups cost about the same each time it is asked
     * @param left how much time is left
     * @param question about some of the groups
     * @throws ClusterException when the cluster does not answer at all; not because it answers slowly
     */
    <T> Map<String, Outcome<T>> ask(
            Object kind,
            Collection<GroupListing> groups,
            Supplier<Duration> left,
            Function<List<GroupListing>, Map<String, Outcome<T>>> question) {
        List<GroupListing> all = List.copyOf(groups);
        Map<String, Outcome<T>> answers = new LinkedHashMap<>();
        int from = 0;
        do {
            int to = (int) Math.min(all.size(), (long) from + fitting(kind, left.get(), from == 0));
            if (to == from && from < all.size()) {
                fail(all.subList(from, all.size()), outOfTime(all.size() - from), answers);
                break;
            }
            List<GroupListing> portion = all.subList(from, to);
            long begun = nanos.getAsLong();
            try {
                answers.putAll(question.apply(portion));
            } catch (ClusterException e) {
                if (e.reason() != Reason.TIMED_OUT && (answers.isEmpty() || e.reason() != Reason.UNAVAILABLE)) {
                    throw e;
                }
                fail(portion, e, answers);
            }
            if (portion.size() >= ENOUGH_TO_TELL) {
                cost.put(kind, (double) (nanos.getAsLong() - begun) / portion.size());
            }
            from = to;
        } while (from < all.size());
        return answers;
    }

    /** How many groups there is time for; at least one of those asked for first. */
    private int fitting(Object kind, Duration left, boolean first) {
        Double each = cost.get(kind);
        if (each == null) {
            return FIRST;
        }
        double time = left.toNanos() * PART_OF_THE_TIME;
        return (int) Math.min(Integer.MAX_VALUE, Math.max(first ? FIRST : 0, time / Math.max(1, each)));
    }

    private static <T> void fail(List<GroupListing> groups, ClusterException why, Map<String, Outcome<T>> answers) {
        groups.forEach(group -> answers.put(group.id(), Outcome.failed(why)));
    }

    private static ClusterException outOfTime(int groups) {
        return new ClusterException(
                Reason.TIMED_OUT,
                "There was no time left to ask about this group and " + (groups - 1)
                        + " more; ask for fewer, or raise call-timeout.");
    }
}
