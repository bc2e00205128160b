package dev.fathom.reset;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Commits;
import dev.fathom.cluster.Required;
import dev.fathom.lag.CommitWatch;
import dev.fathom.operation.Operations;
import dev.fathom.reset.GroupReader.Committed;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;

/**
 * Finds out whether an empty group is in use by {@code assign()}: looks at its commits twice, half a second apart, or
 * against what the service saw of them within the last minute.
 */
@ApplicationScoped
class UseDetector {

    private static final Duration APART = Duration.ofMillis(500);

    private final CommitWatch watch;
    private final Operations operations;

    UseDetector(CommitWatch watch, Operations operations) {
        this.watch = watch;
        this.operations = operations;
    }

    /** @param group as it was read just now */
    boolean inUse(Cluster cluster, Committed group) {
        if (!mayBe(group)) {
            return false;
        }
        String id = group.listing().id();
        boolean comparable = watch.seenEmptyAgo(cluster, id)
                .filter(ago -> ago.compareTo(APART) >= 0)
                .isPresent();
        watch.saw(cluster, group.description(), group.commits());
        if (watch.moved(cluster, id) && operations.touchedWithin(cluster, id, CommitWatch.WINDOW)) {
            // Moved by the service, perhaps on another replica: what was seen before tells nothing.
            watch.changed(cluster, id);
            watch.saw(cluster, group.description(), group.commits());
            comparable = false;
        }
        if (!comparable && !watch.moved(cluster, id)) {
            pause();
            Commits again = Required.in(
                            cluster.commits(List.of(group.listing()), false).await(), id)
                    .orThrow();
            watch.saw(cluster, group.description(), again);
        }
        return watch.moved(cluster, id);
    }

    /** Whether the commits moved since the last look, a moment ago. */
    boolean movedSince(Cluster cluster, Committed group) {
        if (!mayBe(group)) {
            return false;
        }
        watch.saw(cluster, group.description(), group.commits());
        return watch.moved(cluster, group.listing().id());
    }

    private static boolean mayBe(Committed group) {
        return group.listing().type().hasCommits()
                && group.description().members().isEmpty()
                && group.commits().count() > 0;
    }

    /** As long as commits need to show that they move. */
    static void pause() {
        try {
            Thread.sleep(APART.toMillis());
        } catch (InterruptedException e) {
            throw ClusterException.interrupted(e);
        }
    }
}
