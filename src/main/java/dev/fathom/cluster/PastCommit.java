package dev.fathom.cluster;

import dev.fathom.cluster.Commits.Commit;
import java.time.Instant;

/** What a group had committed on one partition at a moment of the past, as far as it can be told. */
public sealed interface PastCommit {

    /**
     * The very commit.
     *
     * @param since when it took effect, on the clock of the broker that wrote it down
     */
    record Stood(Commit commit, Instant since) implements PastCommit {}

    /** Nothing was committed, for certain. */
    record Nothing() implements PastCommit {}

    /**
     * Something from one offset to another, both included; the same twice where what was seen before and after was the same.
     *
     * @param from the last thing seen at or before the moment
     * @param until the first thing seen at or after it
     */
    record Between(long atLeast, long atMost, Instant from, Instant until) implements PastCommit {

        public Between {
            if (atLeast < 0 || atMost < atLeast) {
                throw new IllegalArgumentException(
                        "bounds of a commit rise from 0, were " + atLeast + " and " + atMost);
            }
        }
    }

    /** @param why a sentence */
    record Unknown(String why) implements PastCommit {}
}
