package dev.fathom.lag;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.Commits;
import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.GroupState;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether the commits of empty groups move. Such a group has no members, so whatever moves them uses it by
 * {@code assign()}: Flink, Spark, a consumer with partitions assigned by hand. Such use shows in no other way.
 *
 * <p>A group that had members a moment ago is not in use because its last member committed before it left: a movement
 * counts only between two looks that both found the group empty.
 */
@ApplicationScoped
public class CommitWatch {

    /** How long a movement counts. */
    public static final Duration WINDOW = Duration.ofMinutes(1);

    private static final int GROUPS_WATCHED = 100_000;

    private record Key(String cluster, String group) {}

    private record Seen(long commits, boolean empty, Instant at, Optional<Instant> movedAt) {}

    private final Clock clock;
    private final Cache<Key, Seen> seen = Caffeine.newBuilder()
            .expireAfterWrite(WINDOW.multipliedBy(2))
            .maximumSize(GROUPS_WATCHED)
            .build();

    CommitWatch(Clock clock) {
        this.clock = clock;
    }

    public void saw(Cluster cluster, GroupDescription group, Commits commits) {
        boolean empty = group.state() == GroupState.EMPTY && group.members().isEmpty();
        long now = commits.fingerprint();
        seen.asMap().compute(new Key(cluster.name(), group.id()), (key, last) -> {
            boolean moved = last != null && last.empty() && empty && last.commits() != now;
            Optional<Instant> movedAt =
                    moved ? Optional.of(clock.instant()) : last == null ? Optional.empty() : last.movedAt();
            return new Seen(now, empty, clock.instant(), movedAt);
        });
    }

    /** Forgets a group that the service itself changed: that does not count as use. */
    public void changed(Cluster cluster, String group) {
        seen.invalidate(new Key(cluster.name(), group));
    }

    /** Whether the commits of the group moved within the last minute while it was empty. */
    public boolean moved(Cluster cluster, String group) {
        return Optional.ofNullable(seen.getIfPresent(new Key(cluster.name(), group)))
                .flatMap(Seen::movedAt)
                .filter(at -> at.plus(WINDOW).isAfter(clock.instant()))
                .isPresent();
    }

    /** How long ago the group was looked at last, if it was empty then and that was within the last minute. */
    public Optional<Duration> seenEmptyAgo(Cluster cluster, String group) {
        return Optional.ofNullable(seen.getIfPresent(new Key(cluster.name(), group)))
                .filter(Seen::empty)
                .map(last -> Duration.between(last.at(), clock.instant()))
                .filter(ago -> ago.compareTo(WINDOW) < 0);
    }
}
