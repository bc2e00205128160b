package dev.fathom.reset;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.Cluster.Written;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.Clusters;
import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.GroupListing;
import dev.fathom.cluster.Member;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Required;
import dev.fathom.group.Groups;
import dev.fathom.operation.Blocker;
import dev.fathom.operation.Caller;
import dev.fathom.operation.ChangeRunner;
import dev.fathom.operation.ChangeRunner.Done;
import dev.fathom.operation.Intent;
import dev.fathom.operation.JournaledChange;
import dev.fathom.operation.Kind;
import dev.fathom.operation.RefusedException;
import dev.fathom.operation.Result;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes members leave their group: a static one by its instance id, or all of them. */
@ApplicationScoped
public class MemberRemovals {

    private final Clusters clusters;
    private final Groups groups;
    private final SnapshotReader reader;
    private final ChangeRunner runner;

    MemberRemovals(Clusters clusters, Groups groups, SnapshotReader reader, ChangeRunner runner) {
        this.clusters = clusters;
        this.groups = groups;
        this.reader = reader;
        this.runner = runner;
    }

    /** @param instanceId of the member; empty for all */
    public record Request(Optional<String> instanceId, Optional<String> reason) {}

    /**
     * Who is to be removed, and the outcome.
     *
     * @param result empty for a dry run
     */
    public record Removed(
            Plan plan, List<Member> members, PlanTag tag, Optional<Result> result, Optional<String> operation) {}

    /**
     * @throws ClusterException {@code MEMBER_NOT_FOUND}; {@code UNSUPPORTED} for types of groups, and protocols of members,
     *     whose members cannot be removed
     */
    public Removed dryRun(Cluster cluster, String group, Request request) {
        Departure departure = look(cluster, group, request);
        return new Removed(departure.plan, departure.members, departure.tag(), Optional.empty(), Optional.empty());
    }

    /** See {@link Resets#apply} for what else can go wrong. */
    public Removed apply(Cluster cluster, String group, Request request, Guard guard, Caller caller) {
        guard.demand(cluster.name(), cluster.requirePlan());
        Departure departure = look(cluster, group, request);
        departure.refuse(guard);
        if (departure.members.isEmpty()) {
            return new Removed(departure.plan, departure.members, departure.tag(), Optional.empty(), Optional.empty());
        }
        try {
            Done<GuardedDeparture> done =
                    runner.carryOut(cluster, caller, new GuardedDeparture(departure, guard, cluster.name()));
            Departure last = done.change().departure;
            return new Removed(last.plan, last.members, last.tag(), Optional.of(done.result()), done.operation());
        } finally {
            groups.forget(cluster);
        }
    }

    private Departure look(Cluster cluster, String group, Request request) {
        return plan(groups.withGroup(cluster, group, listing -> survey(cluster, listing)), request);
    }

    /** A group as it is now, and what blocks any change of it. */
    private record Snapshot(GroupListing listing, GroupDescription described, List<Blocker> blockers) {}

    private Snapshot survey(Cluster cluster, GroupListing listing) {
        if (!listing.type().canRemoveMembers()) {
            throw new ClusterException(
                    Reason.UNSUPPORTED,
                    "Group \"" + listing.id() + "\" is a " + listing.type().wireName()
                            + " group: neither the brokers nor the client can make its members leave. Stop them, or"
                            + " wait for their session to end.");
        }
        GroupDescription described = Required.in(
                        cluster.describeGroups(List.of(listing)).await(), listing.id())
                .orThrow();
        return new Snapshot(listing, described, reader.blockers(cluster, listing.id()));
    }

    private static Departure plan(Snapshot snapshot, Request request) {
        GroupListing listing = snapshot.listing();
        GroupDescription described = snapshot.described();
        if (request.instanceId().isEmpty() && !consumers(described)) {
            throw new ClusterException(
                    Reason.UNSUPPORTED,
                    "The members of group \"" + listing.id() + "\" are not consumers, they use the protocol \""
                            + described.protocol()
                            + "\" (as Kafka Connect or the Schema Registry do theirs): Kafka's client can make"
                            + " consumers leave, and others only one by one by an instance id. Stop them, or wait for"
                            + " their session to end.");
        }
        List<Member> members = described.members().stream()
                .filter(member ->
                        request.instanceId().isEmpty() || member.instanceId().equals(request.instanceId()))
                .toList();
        if (members.isEmpty() && request.instanceId().isPresent()) {
            throw new ClusterException(
                    Reason.MEMBER_NOT_FOUND,
                    "Group \"" + listing.id() + "\" has no member with the instance id \""
                            + request.instanceId().get() + "\" now.");
        }
        List<Blocker> blockers = new ArrayList<>(snapshot.blockers());
        Blocker.lacking(described, "read", "Read").ifPresent(blockers::add);
        Plan plan = new Plan(
                Kind.REMOVE_MEMBERS,
                listing,
                Optional.of(described),
                List.of(),
                blockers,
                List.of(new Plan.Warning(
                        Plan.What.MEMBERS_REJOIN,
                        "A member that is still running, static or not, rejoins automatically; stop it first to keep it"
                                + " out.",
                        List.of())),
                Plan.Unseen.NONE);
        return new Departure(request, plan, members);
    }

    /** The client finds the members by a call that fails for all but consumers; then the removal fails too. */
    private static boolean consumers(GroupDescription group) {
        return group.protocol().isEmpty() || group.protocol().equals("consumer");
    }

    /** The members to be removed, as the group is now. */
    private record Departure(Request request, Plan plan, List<Member> members) {

        PlanTag tag() {
            List<String> ids = members.stream().map(Member::memberId).sorted().toList();
            return PlanTag.of("members|" + request.instanceId() + "|" + ids, plan, false);
        }

        void refuse(Guard guard) {
            guard.check(tag(), plan);
            if (!plan.applicable()) {
                throw new RefusedException(plan.blockers());
            }
        }
    }

    private static String name(Member member) {
        return member.instanceId().orElse(member.memberId());
    }

    /** A departure that may be carried out. */
    private final class GuardedDeparture implements JournaledChange {

        private final Departure departure;
        private final Guard guard;
        private final String cluster;

        GuardedDeparture(Departure departure, Guard guard, String cluster) {
            this.departure = departure;
            this.guard = guard;
            this.cluster = cluster;
        }

        @Override
        public Intent intent() {
            return new Intent(
                    Kind.REMOVE_MEMBERS,
                    departure.plan().group().id(),
                    departure.plan().group().type(),
                    departure.request().reason(),
                    List.of(),
                    departure.members().stream().map(MemberRemovals::name).toList(),
                    Optional.empty(),
                    false);
        }

        @Override
        public JournaledChange again() {
            Departure now =
                    look(clusters.named(cluster, true), departure.plan().group().id(), departure.request());
            now.refuse(guard);
            return new GuardedDeparture(now, guard, cluster);
        }

        @Override
        public Result carryOut() {
            Cluster handle = clusters.named(cluster, true);
            GroupListing group = departure.plan().group();
            String reason = departure.request().reason().orElse("removed through Fathom");
            Map<String, Optional<ClusterException>> members = new LinkedHashMap<>();
            if (departure.request().instanceId().isPresent()) {
                Set<String> one = Set.of(departure.request().instanceId().get());
                handle.removeMembers(group, one, reason).forEach((id, outcome) -> members.put(id, outcome.problem()));
            } else {
                Outcome<Written> all = handle.removeAllMembers(group, reason);
                departure.members().forEach(member -> members.put(name(member), all.problem()));
            }
            return new Result(Map.of(), members, Optional.empty());
        }
    }
}
