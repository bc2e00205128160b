package dev.fathom.reset;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Clusters;
import dev.fathom.cluster.Commits;
import dev.fathom.cluster.GroupListing;
import dev.fathom.cluster.GroupListings;
import dev.fathom.cluster.GroupState;
import dev.fathom.cluster.Outcome;
import dev.fathom.operation.Blocker;
import dev.fathom.operation.Blocker.Acknowledgement;
import dev.fathom.operation.Caller;
import dev.fathom.operation.ClusterRounds;
import dev.fathom.operation.ConflictException;
import dev.fathom.operation.Observations;
import dev.fathom.operation.RefusedException;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/** Deletes groups that have not been used for a while, and watches which those are. */
@ApplicationScoped
public class Cleanups {

    private static final Logger LOG = Logger.getLogger(Cleanups.class);
    /** A call ends after this long; the answer lists the groups that are left. */
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private final Clusters clusters;
    private final ClusterRounds rounds;
    private final Observations observations;
    private final Deletions deletions;
    private final ManagedGroups managed;
    private final Clock clock;

    Cleanups(Clusters clusters, Observations observations, Deletions deletions, ManagedGroups managed, Clock clock) {
        this.clusters = clusters;
        this.rounds = new ClusterRounds(clusters, "Observing groups");
        this.observations = observations;
        this.deletions = deletions;
        this.managed = managed;
        this.clock = clock;
    }

    public enum Left {
        /** The service has not seen it unchanged for long enough. */
        OBSERVED_TOO_SHORT,
        /** Only ever committed to, or a share group: deleted only when named, since nothing shows that it is unused. */
        ONLY_WHEN_NAMED,
        IN_USE,
        /** The call took too long; call again. */
        OUT_OF_TIME
    }

    /**
     * What is done, or to be done, with one group.
     *
     * @param unchangedSince since when the service has seen it as it is; empty where that does not matter
     * @param left why it is left alone; empty where it is, or is to be, deleted
     * @param operation of its deletion
     * @param problem why it could not, or cannot, be deleted
     */
    public record Candidate(
            GroupListing group,
            Optional<Instant> unchangedSince,
            Optional<Left> left,
            Optional<String> operation,
            Optional<RuntimeException> problem) {}

    /**
     * Every group that fits, in the order of the ids.
     *
     * @param tag of what is to be deleted, for {@code If-Match}
     */
    public record Cleanup(List<Candidate> candidates, String tag) {}

    /** What would be deleted, what not, and why. */
    public Cleanup dryRun(Cluster cluster, CleanupRequest request) {
        List<Candidate> candidates = plan(cluster.name(), request, survey(cluster, request));
        return new Cleanup(candidates, tag(request, candidates));
    }

    /** Covers the request and the groups to be deleted, each with since when it is unchanged. */
    private static String tag(CleanupRequest request, List<Candidate> candidates) {
        List<String> texts = new ArrayList<>(List.of(
                "cleanup",
                request.match(),
                request.unchangedFor().toString(),
                "" + request.acknowledged().contains(Acknowledgement.IN_USE),
                "" + request.acknowledged().contains(Acknowledgement.UNSEEN)));
        candidates.stream()
                .filter(candidate ->
                        candidate.left().isEmpty() && candidate.problem().isEmpty())
                .forEach(candidate -> texts.add(candidate.group().id() + "|" + candidate.unchangedSince()));
        return PlanTag.of(texts);
    }

    /**
     * Deletes what a dry run would name, each group as its own operation.
     *
     * @throws Guard.PlanOutdatedException when other groups would be deleted than the caller has seen
     */
    public Cleanup apply(Cluster cluster, CleanupRequest request, Guard guard, Caller caller) {
        guard.demand(cluster.name(), cluster.requirePlan());
        Cleanup planned = dryRun(cluster, request);
        if (guard.tag().isPresent() && !guard.tag().get().trim().equals(planned.tag())) {
            throw new Guard.PlanOutdatedException(List.of(new PlanTag.Difference(
                    PlanTag.Difference.What.GROUP,
                    Optional.empty(),
                    "The groups to delete are no longer those of the plan; plan again.")));
        }
        return new Cleanup(delete(cluster, request, planned.candidates(), caller), planned.tag());
    }

    private List<Candidate> delete(Cluster cluster, CleanupRequest request, List<Candidate> candidates, Caller caller) {
        Instant end = clock.instant().plus(LONGEST);
        List<Candidate> done = new ArrayList<>();
        for (Candidate candidate : candidates) {
            if (candidate.left().isPresent() || candidate.problem().isPresent()) {
                done.add(candidate);
            } else if (clock.instant().isAfter(end)) {
                done.add(left(candidate.group(), candidate.unchangedSince(), Left.OUT_OF_TIME));
            } else {
                done.add(delete(cluster.renewed(), request, candidate, caller));
            }
        }
        return done;
    }

    private Candidate delete(Cluster cluster, CleanupRequest request, Candidate candidate, Caller caller) {
        // Whether it is in use was looked at for all of them at once; open transactions are use too.
        Set<Acknowledgement> acknowledged = EnumSet.of(Acknowledgement.IN_USE);
        acknowledged.addAll(request.acknowledged());
        boolean stable = !request.acknowledged().contains(Acknowledgement.IN_USE);
        Deletion deletion =
                new Deletion(true, Optional.empty(), Optional.empty(), acknowledged, stable, request.reason());
        try {
            Move move = deletions.apply(cluster, candidate.group().id(), deletion, Guard.APPROVED, caller);
            Optional<RuntimeException> problem = move.result().flatMap(result -> result.problem()
                    .or(() -> result.rows().values().stream()
                            .flatMap(row -> row.problem().stream())
                            .findFirst())
                    .map(failure -> failure));
            return new Candidate(
                    candidate.group(), candidate.unchangedSince(), Optional.empty(), move.operation(), problem);
        } catch (ClusterException | RefusedException | ConflictException e) {
            return failed(candidate, e);
        } catch (RuntimeException e) {
            // A defect; the groups deleted before it must be told all the same.
            LOG.errorf(
                    e, "Group \"%s\" could not be cleaned up", candidate.group().id());
            return failed(candidate, e);
        }
    }

    private static Candidate failed(Candidate candidate, RuntimeException why) {
        return new Candidate(
                candidate.group(), candidate.unchangedSince(), Optional.empty(), Optional.empty(), Optional.of(why));
    }

    /**
     * What is known of the groups that fit.
     *
     * @param unchangedSince since when the service has seen each as it is
     * @param inUse those whose commits moved while they were looked at; none where that is acknowledged
     * @param mayHideCommits whether they may have commits that the service may not see, unacknowledged
     */
    private record Observed(
            List<GroupListing> groups,
            Map<String, Instant> unchangedSince,
            Set<String> inUse,
            boolean mayHideCommits,
            Instant now) {}

    private Observed survey(Cluster cluster, CleanupRequest request) {
        List<GroupListing> fitting = empty(cluster).stream()
                .filter(group -> request.fits(group.id()))
                .filter(group -> managed.consumerOf(cluster.name(), group.id()).isEmpty())
                .toList();
        Map<String, Long> commits = fingerprints(cluster, fitting);
        boolean usedAllTheSame = request.acknowledged().contains(Acknowledgement.IN_USE);
        return new Observed(
                fitting,
                observations.unchangedSince(cluster, commits),
                usedAllTheSame ? Set.of() : moved(cluster, fitting, commits),
                !request.acknowledged().contains(Acknowledgement.UNSEEN)
                        && !fitting.isEmpty()
                        && !cluster.canDescribeAllTopics(),
                clock.instant());
    }

    private static List<Candidate> plan(String cluster, CleanupRequest request, Observed observed) {
        Instant latest = observed.now().minus(request.unchangedFor());
        List<Candidate> candidates = new ArrayList<>();
        for (GroupListing group : observed.groups()) {
            Optional<Instant> from =
                    Optional.ofNullable(observed.unchangedSince().get(group.id()));
            boolean silent = group.simple() || !group.type().hasCommits();
            if (silent && !request.names(group.id())) {
                candidates.add(left(group, from, Left.ONLY_WHEN_NAMED));
            } else if (from.isEmpty() || from.get().isAfter(latest)) {
                candidates.add(left(group, from, Left.OBSERVED_TOO_SHORT));
            } else if (observed.inUse().contains(group.id())) {
                candidates.add(left(group, from, Left.IN_USE));
            } else {
                Optional<RuntimeException> problem = observed.mayHideCommits()
                        ? Optional.of(new RefusedException(List.of(Blocker.unseen(cluster, group.id()))))
                        : Optional.empty();
                candidates.add(new Candidate(group, from, Optional.empty(), Optional.empty(), problem));
            }
        }
        return candidates;
    }

    private static Candidate left(GroupListing group, Optional<Instant> since, Left why) {
        return new Candidate(group, since, Optional.of(why), Optional.empty(), Optional.empty());
    }

    private static List<GroupListing> empty(Cluster cluster) {
        GroupListings listings = cluster.listGroups(Set.of(), Set.of(GroupState.EMPTY));
        return listings.groups().values().stream()
                .filter(group -> !Blocker.isOwn(group.id()))
                .toList();
    }

    /** Of each group whose commits can be read; a group that cannot be looked at is not cleaned up. */
    private static Map<String, Long> fingerprints(Cluster cluster, List<GroupListing> groups) {
        Map<String, Long> fingerprints = new HashMap<>();
        if (!groups.isEmpty()) {
            Map<String, Outcome<Commits>> commits =
                    cluster.commits(groups, false).await();
            commits.forEach(
                    (id, outcome) -> outcome.value().ifPresent(known -> fingerprints.put(id, known.fingerprint())));
        }
        return fingerprints;
    }

    private static Set<String> moved(Cluster cluster, List<GroupListing> groups, Map<String, Long> before) {
        if (groups.isEmpty()) {
            return Set.of();
        }
        UseDetector.pause();
        Map<String, Long> now = fingerprints(cluster, groups);
        Set<String> moved = new HashSet<>();
        before.forEach((id, fingerprint) -> {
            if (!fingerprint.equals(now.get(id))) {
                moved.add(id);
            }
        });
        return moved;
    }

    /** Watches groups without members, so that a cleanup knows how long they have been so. */
    @Scheduled(
            every = "5m",
            delayed = "1m",
            identity = "group-observer",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void observe() {
        rounds.run(name -> {
            Cluster cluster = clusters.named(name, false);
            observations.unchangedSince(cluster, fingerprints(cluster, empty(cluster)));
        });
    }
}
