package dev.fathom.reset;

import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.PastCommit;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.past.PastCommits.Known;
import dev.fathom.reset.ResetSnapshot.PartitionTarget;
import java.util.Optional;
import java.util.OptionalInt;

/** What a plan makes of what is known of a moment of the past. */
final class PastPlaces {

    private PastPlaces() {}

    /**
     * The commit to be put back. Of an interval its lower end: records are read again rather than lost.
     *
     * @param now what is committed, whose metadata stays where nothing is known of what it was
     */
    static Optional<Commit> commit(Known known, Optional<Commit> now) {
        if (known.commit() instanceof PastCommit.Stood stood) {
            return Optional.of(stood.commit());
        }
        return known.commit() instanceof PastCommit.Between between
                ? Optional.of(new Commit(
                        between.atLeast(),
                        OptionalInt.empty(),
                        now.map(Commit::metadata).orElse("")))
                : Optional.empty();
    }

    /** Why there is nothing to go to. */
    static Optional<String> unknown(String group, PartitionTarget target, Known known) {
        String where = " on " + target.partition();
        if (known.commit() instanceof PastCommit.Nothing) {
            return Optional.of("Group \"" + group + "\" had committed nothing" + where + " at " + known.at() + ", so "
                    + target.position() + " cannot be resolved there. To have no commit there send none.");
        }
        return known.commit() instanceof PastCommit.Unknown unknown
                ? Optional.of("What group \"" + group + "\" had committed" + where + " at " + known.at()
                        + " is not known: " + unknown.why() + ".")
                : Optional.empty();
    }

    /** That it is not known exactly. */
    static Optional<String> warning(TopicPartition partition, Known known) {
        return known.commit() instanceof PastCommit.Between between && between.atLeast() < between.atMost()
                ? Optional.of("Between " + between.from() + " and " + between.until() + " the commit on " + partition
                        + " was moved, somewhere from " + between.atLeast() + " to " + between.atMost()
                        + ", and which it was at " + known.at()
                        + " is not known. The plan takes the lower one, so up to "
                        + (between.atMost() - between.atLeast()) + " records more than needed are read again.")
                : Optional.empty();
    }
}
