package dev.fathom.http.reset;

import dev.fathom.cluster.Cluster;
import dev.fathom.config.Level;
import dev.fathom.diagnosis.Replay;
import dev.fathom.http.auth.CallerClusters;
import dev.fathom.http.group.SeenGroups;
import dev.fathom.progress.GroupProgress;
import dev.fathom.progress.TimeLag;
import dev.fathom.reset.Move;
import dev.fathom.reset.PlanRow;
import dev.fathom.sampling.Sampling;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is known of how long a replay takes, from looking at groups; the brokers are not asked. */
@ApplicationScoped
public class Replays {

    private final SeenGroups seen;
    private final Sampling sampling;
    private final CallerClusters clusters;

    Replays(SeenGroups seen, Sampling sampling, CallerClusters clusters) {
        this.seen = seen;
        this.sampling = sampling;
        this.clusters = clusters;
    }

    /** Empty for a plan that moves nothing back. */
    public Optional<ReplayItem> of(Cluster cluster, Move move) {
        String group = move.plan().group().id();
        List<PlanRow> back = move.plan().rows().stream()
                .filter(row -> row.replayed().orElse(0L) > 0 && row.last().isPresent())
                .toList();
        if (back.isEmpty()) {
            return Optional.empty();
        }
        Optional<GroupProgress> progress = seen.progress(cluster, group);
        List<Replay.Part> parts = new ArrayList<>();
        back.forEach(row -> parts.add(part(cluster, row, progress)));
        // Rates have all topics of the group in them.
        Optional<Replay.Pace> pace = clusters.access().onWholeGroup(Level.VIEWER, cluster.name(), group)
                ? progress.flatMap(this::pace)
                : Optional.empty();
        return Optional.of(ReplayItem.of(Replay.of(parts, pace)));
    }

    private Optional<Replay.Pace> pace(GroupProgress progress) {
        Instant now = seen.now();
        return Replay.Pace.of(progress.history(now.minus(sampling.history()), now, sampling.historyStep()));
    }

    private Replay.Part part(Cluster cluster, PlanRow row, Optional<GroupProgress> progress) {
        long to = Math.max(row.to().orElseThrow().offset(), row.first().orElse(0L));
        long last = row.last().orElseThrow();
        Optional<Duration> age = progress.map(of -> of.timeLag(
                        row.partition(),
                        new TimeLag.Place(to, row.first().orElse(0L), last),
                        seen.now().toEpochMilli()))
                .filter(TimeLag::known)
                .map(Replays::least);
        return new Replay.Part(
                row.partition(),
                last - to,
                age,
                sampling.retention(cluster, row.partition().topic()));
    }

    private static Duration least(TimeLag lag) {
        Duration bound = lag.errorBound();
        return bound == null ? lag.duration() : lag.duration().minus(bound);
    }
}
