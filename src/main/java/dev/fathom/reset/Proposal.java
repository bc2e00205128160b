package dev.fathom.reset;

import dev.fathom.cluster.Cluster;
import java.util.Optional;

/** Something somebody wants done to the commits of a group, before it is a plan. */
interface Proposal {

    String group();

    Optional<String> reason();

    /** Everything that decides what is done, in one notation, for the tag of its plans. */
    String canonical();

    /** Whether it waits for the group to be empty. */
    default boolean waits() {
        return false;
    }

    /** The operation it puts back. */
    default Optional<String> undoOf() {
        return Optional.empty();
    }

    /** Looks at everything and plans. */
    Plan plan(Cluster cluster);

    /** Looks at the group once more and plans anew; what lies in the logs is not asked again. */
    Plan planAgain(Cluster cluster);
}
