package dev.fathom.http.group;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.GroupType;
import dev.fathom.cluster.Snapshots.Snapshot;
import dev.fathom.config.Level;
import dev.fathom.http.auth.CallerClusters;
import dev.fathom.lag.GroupOffsets;
import dev.fathom.lag.PartitionLag;
import dev.fathom.progress.GroupProgress;
import dev.fathom.progress.GroupReport;
import dev.fathom.progress.LongestLag;
import dev.fathom.progress.TimeLag;
import dev.fathom.progress.Verdict;
import dev.fathom.sampling.Sampling;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;

/** What is known of groups from looking at them again and again, as the caller of the current request may see them. */
@ApplicationScoped
public class SeenGroups {

    private final Sampling sampling;
    private final CallerClusters clusters;
    private final Clock clock;

    SeenGroups(Sampling sampling, CallerClusters clusters, Clock clock) {
        this.sampling = sampling;
        this.clusters = clusters;
        this.clock = clock;
    }

    /** Beside what was just measured of a group. */
    public SeenGroup beside(Cluster cluster, Snapshot<GroupOffsets> measured) {
        return beside(cluster, measured, false);
    }

    /** @param precise whether records are read where that tells more; bounded in number and time */
    public SeenGroup beside(Cluster cluster, Snapshot<GroupOffsets> measured, boolean precise) {
        String id = measured.value().group().id();
        Optional<GroupProgress> progress = sampling.group(cluster, id);
        if (precise && progress.isPresent()) {
            sampling.readNow(cluster, clusters.arrival(), progress.get(), places(measured.value()));
        }
        return new SeenGroup(
                progress, progress.map(of -> report(cluster, of)), why(measured.value()), measured.observedAt());
    }

    private static List<Sampling.Place> places(GroupOffsets measured) {
        List<Sampling.Place> places = new ArrayList<>();
        measured.rows().forEach(row -> SeenGroup.place(row)
                .filter(place -> place.unread() < place.end())
                .ifPresent(place -> places.add(new Sampling.Place(row.partition(), place, stable(row, place)))));
        return places;
    }

    private static long stable(PartitionLag row, TimeLag.Place place) {
        return row.uncommittedTail() == null || row.lastOffset() == null
                ? place.end()
                : row.lastOffset() - row.uncommittedTail();
    }

    private TimeLag.Reason why(GroupOffsets measured) {
        if (measured.group().type() == GroupType.SHARE) {
            return TimeLag.Reason.NO_COMMITS_IN_SHARE_GROUPS;
        }
        return sampling.on() ? TimeLag.Reason.NOT_SAMPLED : TimeLag.Reason.SAMPLING_OFF;
    }

    /** A reason as a sentence. */
    public static String because(TimeLag.Reason reason) {
        return switch (reason) {
            case SAMPLING_OFF -> "Nothing is seen over time: fathom.lag.sampling is off.";
            case NO_COMMITS_IN_SHARE_GROUPS -> "A share group has no commits to go by.";
            default -> "Nobody has looked at the group yet; the next round will.";
        };
    }

    public boolean on() {
        return sampling.on();
    }

    public Optional<GroupProgress> progress(Cluster cluster, String group) {
        return sampling.group(cluster, group);
    }

    public GroupReport report(Cluster cluster, GroupProgress group) {
        return group.report(visible(cluster, group.id()), clock.millis());
    }

    private Predicate<String> visible(Cluster cluster, String group) {
        return topic -> clusters.access().onGroupsTopic(Level.VIEWER, cluster.name(), group, topic);
    }

    /** The verdict on a group, of the partitions the caller may see. */
    public Verdict verdict(Cluster cluster, String group) {
        return sampling.known(cluster, group).map(of -> verdict(cluster, of)).orElse(Verdict.UNKNOWN);
    }

    private Verdict verdict(Cluster cluster, GroupProgress group) {
        return clusters.access().onWholeGroup(Level.VIEWER, cluster.name(), group.id())
                ? group.verdict()
                : report(cluster, group).verdict();
    }

    /** How far behind in time a group is, as of the last look, of the partitions the caller may see. */
    LongestLag longestLag(Cluster cluster, String group) {
        return sampling.known(cluster, group)
                .map(of -> clusters.access().onWholeGroup(Level.VIEWER, cluster.name(), group)
                        ? of.longestLag(clock.millis())
                        : report(cluster, of).longestLag())
                .orElse(LongestLag.UNKNOWN);
    }

    /** Since when the first unread record of a group has been there, by id, each asked once: see {@link LongestLag#unreadSince}. */
    Function<String, OptionalLong> unreadSince(Cluster cluster) {
        Map<String, OptionalLong> known = new ConcurrentHashMap<>();
        return group ->
                known.computeIfAbsent(group, id -> longestLag(cluster, id).unreadSince(clock.millis()));
    }

    /** Every group of a cluster that the caller may see and that was looked at. */
    public List<GroupReport> reports(Cluster cluster, Predicate<Verdict> wanted) {
        Collection<GroupProgress> all = sampling.groups(cluster);
        return all.stream()
                .filter(group -> clusters.access().onGroup(Level.VIEWER, cluster.name(), group.id()))
                .filter(group -> wanted.test(verdict(cluster, group)))
                .map(group -> report(cluster, group))
                .toList();
    }

    public Instant now() {
        return clock.instant();
    }
}
