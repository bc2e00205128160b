package dev.fathom.group;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.Commits;
import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.GroupListing;
import dev.fathom.cluster.GroupListings;
import dev.fathom.cluster.GroupState;
import dev.fathom.cluster.GroupType;
import dev.fathom.cluster.Member;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Required;
import dev.fathom.cluster.Snapshots;
import dev.fathom.cluster.Snapshots.Snapshot;
import dev.fathom.cluster.Topic;
import dev.fathom.config.FathomConfig;
import dev.fathom.lag.GroupOffsets;
import dev.fathom.lag.GroupSummary;
import dev.fathom.lag.Lag;
import dev.fathom.lag.OffsetsQuery;
import dev.fathom.operation.Blocker;
import dev.fathom.page.Page;
import dev.fathom.page.PageRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** Finds and lists groups. */
@ApplicationScoped
public class Groups {

    private record Listed(String cluster, Object view, Set<GroupType> types, Set<GroupState> states) {}

    private record Asked(String cluster, String what) {}

    private record Summarised(String cluster, Object view, boolean withLag) {}

    private record Seen(String cluster, Object view) {}

    private static final Duration TYPES_REMEMBERED = Duration.ofMinutes(1);

    private final Lag lag;
    /** The last listing of all groups, for the types they had. */
    private final Cache<Seen, GroupListings> latest = Caffeine.newBuilder()
            .expireAfterWrite(TYPES_REMEMBERED)
            .maximumSize(100)
            .build();

    private final Portions portions = new Portions(System::nanoTime);
    private final Snapshots<Listed, GroupListings> listings;
    private final Snapshots<Summarised, Map<String, Outcome<GroupSummary>>> everyGroup;

    Groups(Lag lag, FathomConfig config, Clock clock) {
        this.lag = lag;
        Duration timeToLive = config.lag().snapshotTtl();
        this.listings = new Snapshots<>(timeToLive, 1000, clock);
        this.everyGroup = new Snapshots<>(timeToLive, 100, clock);
    }

    /**
     * Asks something about a group that depends on its type. A group may be converted to another type, or deleted, after it was
     * listed: when the question does not find it, it is listed again and the question asked once more. For features with
     * questions of their own; resources use those below.
     *
     * @throws ClusterException {@code GROUP_NOT_FOUND}; {@code UNAVAILABLE} when the group is not listed and its coordinator does
     *     not answer
     */
    public <T> T withGroup(Cluster cluster, String id, Function<GroupListing, T> action) {
        Optional<GroupListing> listed = everyListing(cluster, cluster.fresh()).find(id);
        if (listed.isPresent()) {
            try {
                return action.apply(listed.get());
            } catch (ClusterException e) {
                if (e.reason() != Reason.GROUP_NOT_FOUND) {
                    throw e;
                }
            }
        } else if (cluster.fresh()) {
            return action.apply(unlisted(cluster, id));
        }
        GroupListings again = everyListing(cluster, true);
        return action.apply(again.find(id).orElseGet(() -> unlisted(cluster, id)));
    }

    /** One group measured in full, or on one topic; see {@link Lag#offsets}. */
    public Snapshot<GroupOffsets> offsets(Cluster cluster, String id, OffsetsQuery query) {
        return withGroupLately(cluster, id, group -> lag.offsets(cluster, group, query));
    }

    public GroupDescription described(Cluster cluster, String id) {
        return withGroupLately(cluster, id, group -> Required.in(
                        cluster.describeGroups(List.of(group)).await(), id)
                .orThrow());
    }

    /** What a group has committed; for share groups their start offsets. */
    public Commits commits(Cluster cluster, String id) {
        return withGroup(cluster, id, group -> Required.in(
                        cluster.commits(List.of(group), false).await(), id)
                .orThrow());
    }

    /** A group that no broker listed: its coordinator knows, where there is one. */
    private static GroupListing unlisted(Cluster cluster, String id) {
        return Required.in(cluster.unlisted(Set.of(id)), id).orThrow();
    }

    /**
     * Asks what fails where the group is not of the type it had lately: its description. So not even a fresh answer needs a
     * listing first.
     */
    private <T> T withGroupLately(Cluster cluster, String id, Function<GroupListing, T> action) {
        Optional<GroupListing> lately = Optional.ofNullable(
                        latest.getIfPresent(new Seen(cluster.name(), cluster.view())))
                .flatMap(listing -> listing.find(id));
        if (cluster.fresh() && lately.isPresent()) {
            try {
                return action.apply(lately.get());
            } catch (ClusterException e) {
                if (e.reason() != Reason.GROUP_NOT_FOUND) {
                    throw e;
                }
            }
        }
        return withGroup(cluster, id, action);
    }

    private GroupListings everyListing(Cluster cluster, boolean fresh) {
        return listings(cluster, Set.of(), Set.of(), fresh).value();
    }

    private Snapshot<GroupListings> listings(
            Cluster cluster, Set<GroupType> types, Set<GroupState> states, boolean fresh) {
        return listings.get(
                new Listed(cluster.name(), cluster.view(), types, states),
                fresh,
                cluster.left(),
                () -> listed(cluster, types, states));
    }

    private GroupListings listed(Cluster cluster, Set<GroupType> types, Set<GroupState> states) {
        GroupListings listed = cluster.listGroups(types, states);
        if (types.isEmpty() && states.isEmpty()) {
            latest.put(new Seen(cluster.name(), cluster.view()), listed);
        }
        return listed;
    }

    /** Forgets what is shared about a cluster, since a group there was changed: callers read their own writes. */
    public void forget(Cluster cluster) {
        listings.forget(key -> key.cluster().equals(cluster.name()));
        everyGroup.forget(key -> key.cluster().equals(cluster.name()));
        lag.forget(cluster);
    }

    /** Several groups by id, each with its lag; an id that is no group is a {@code GROUP_NOT_FOUND} of its own. */
    public Snapshot<Map<String, Outcome<GroupSummary>>> named(Cluster cluster, Collection<String> ids) {
        Snapshot<GroupListings> listed = listings(cluster, Set.of(), Set.of(), cluster.fresh());
        if (ids.stream().anyMatch(id -> listed.value().find(id).isEmpty()) && !cluster.fresh()) {
            return summarise(cluster, ids, listings(cluster, Set.of(), Set.of(), true));
        }
        return summarise(cluster, ids, listed);
    }

    private Snapshot<Map<String, Outcome<GroupSummary>>> summarise(
            Cluster cluster, Collection<String> ids, Snapshot<GroupListings> listed) {
        Map<String, Outcome<GroupListing>> found = new LinkedHashMap<>();
        ids.forEach(id -> listed.value().find(id).ifPresent(group -> found.put(id, Outcome.known(group))));
        List<String> missing =
                ids.stream().filter(id -> !found.containsKey(id)).distinct().toList();
        if (!missing.isEmpty()) {
            found.putAll(cluster.unlisted(missing));
        }
        Map<String, Outcome<GroupSummary>> known = summaries(
                cluster,
                found.values().stream()
                        .flatMap(outcome -> outcome.value().stream())
                        .toList(),
                true);
        Map<String, Outcome<GroupSummary>> summaries = new LinkedHashMap<>();
        ids.forEach(id -> summaries.put(
                id,
                Required.in(found, id)
                        .problem()
                        .map(Outcome::<GroupSummary>failed)
                        .orElseGet(() -> known.get(id))));
        return new Snapshot<>(summaries, listed.observedAt());
    }

    /** The groups that have a commit on a topic or a member assigned to it, with their lag on that topic alone. */
    public GroupList onTopic(Cluster cluster, Topic topic, PageRequest request) {
        Snapshot<GroupListings> listed = listings(cluster, Set.of(), Set.of(), cluster.fresh());
        Map<String, Outcome<GroupSummary>> summaries = portions.ask(
                new Asked(cluster.name(), "on a topic"),
                listed.value().groups().values(),
                cluster::left,
                some -> lag.summariesOn(cluster, topic, some));
        summaries.values().removeIf(outcome -> outcome.value()
                .filter(summary -> summary.topics().isEmpty())
                .isPresent());
        return list(summaries, summary -> GroupSort.NAME.key(summary, id -> OptionalLong.empty()), request, listed);
    }

    public GroupList list(Cluster cluster, GroupQuery query, PageRequest request) {
        Snapshot<GroupListings> listed = listings(cluster, query.types(), query.states(), cluster.fresh());
        List<GroupListing> candidates = listed.value().groups().values().stream()
                .filter(group -> fits(group, query))
                .toList();
        if (!query.needsEveryGroup() && !isMostOfAll(candidates, request, listed.value())) {
            return pageOf(cluster, query, candidates, request, listed);
        }
        Snapshot<Map<String, Outcome<GroupSummary>>> every = everyGroup(cluster, query.needsLag());
        Map<String, Outcome<GroupSummary>> fitting = new LinkedHashMap<>();
        for (GroupListing candidate : candidates) {
            Optional.ofNullable(every.value().get(candidate.id()))
                    .filter(outcome ->
                            outcome.value().map(summary -> fits(summary, query)).orElse(true))
                    .ifPresent(outcome -> fitting.put(candidate.id(), outcome));
        }
        return list(fitting, query::key, request, new Snapshot<>(listed.value(), every.observedAt()));
    }

    /**
     * Whether groups can be put in an order that takes their lag without measuring many of them first: no more are listed than
     * are looked at anyway, or all are known from a moment ago.
     *
     * @param looked how many are looked at anyway
     */
    public boolean isSoonRanked(Cluster cluster, int looked) {
        return everyGroup
                        .known(new Summarised(cluster.name(), cluster.view(), true))
                        .isPresent()
                || everyListing(cluster, cluster.fresh()).groups().size() <= looked;
    }

    /** Whether a page is so large that it is best cut out of the answer about all groups, which callers share. */
    private static boolean isMostOfAll(List<GroupListing> candidates, PageRequest request, GroupListings listed) {
        long onPage = Math.min(request.limit(), candidates.size());
        return 2 * onPage >= listed.groups().size();
    }

    /** Chooses the page by what the listing tells, and asks for more about that page alone. */
    private GroupList pageOf(
            Cluster cluster,
            GroupQuery query,
            List<GroupListing> candidates,
            PageRequest request,
            Snapshot<GroupListings> listed) {
        Page<GroupListing> page = Page.of(candidates, group -> query.key(unknown(group)), request);
        Map<String, Outcome<GroupSummary>> summaries = summaries(cluster, page.items(), query.needsLag());
        GroupList list = list(summaries, query::key, PageRequest.all(), listed);
        return new GroupList(page.withItems(list.page().items()), list.problems(), list.missing(), listed.observedAt());
    }

    private static GroupSummary unknown(GroupListing group) {
        return new GroupSummary(group, null, Set.of(), Optional.empty());
    }

    private Snapshot<Map<String, Outcome<GroupSummary>>> everyGroup(Cluster cluster, boolean withLag) {
        return everyGroup.get(
                new Summarised(cluster.name(), cluster.view(), withLag),
                cluster.fresh(),
                cluster.left(),
                () -> summaries(
                        cluster, everyListing(cluster, cluster.fresh()).groups().values(), withLag));
    }

    private Map<String, Outcome<GroupSummary>> summaries(
            Cluster cluster, Collection<GroupListing> groups, boolean withLag) {
        return portions.ask(
                new Asked(cluster.name(), withLag ? "with lag" : "without lag"),
                groups,
                cluster::left,
                some -> lag.summaries(cluster, some, withLag));
    }

    /** What the groups of a list have committed, by id; share groups commit nothing. */
    public SortedMap<String, Outcome<Commits>> commitsOf(Cluster cluster, GroupList list) {
        List<GroupListing> committing = list.page().items().stream()
                .map(GroupSummary::listing)
                .filter(group -> group.type().hasCommits())
                .toList();
        SortedMap<String, Outcome<Commits>> commits =
                new TreeMap<>(cluster.commits(committing, false).await());
        // Deleted since it was listed: not a problem, just not there.
        commits.values().removeIf(outcome -> outcome.failed(Reason.GROUP_NOT_FOUND));
        return commits;
    }

    private static GroupList list(
            Map<String, Outcome<GroupSummary>> summaries,
            Function<GroupSummary, String> key,
            PageRequest request,
            Snapshot<GroupListings> listed) {
        Map<String, ClusterException> problems = new LinkedHashMap<>();
        summaries.forEach((id, outcome) -> outcome.problem()
                // Deleted since it was listed: not a problem, just not there.
                .filter(problem -> problem.reason() != Reason.GROUP_NOT_FOUND)
                .ifPresent(problem -> problems.put(id, problem)));
        List<GroupSummary> known = summaries.values().stream()
                .flatMap(outcome -> outcome.value().stream())
                .toList();
        return new GroupList(
                Page.of(known, key, request), problems, listed.value().missing(), listed.observedAt());
    }

    private static boolean fits(GroupListing group, GroupQuery query) {
        String protocol = group.protocol().isEmpty() ? "consumer" : group.protocol();
        boolean shown = query.internal()
                || !Blocker.isOwn(group.id())
                || query.search().filter(group.id()::equals).isPresent();
        return shown
                && query.protocol().map(protocol::equals).orElse(true)
                && query.ids().map(ids -> ids.test(group.id())).orElse(true)
                && query.search()
                        .map(text -> group.id().toLowerCase(Locale.ROOT).contains(text.toLowerCase(Locale.ROOT)))
                        .orElse(true);
    }

    private static boolean fits(GroupSummary summary, GroupQuery query) {
        boolean behindEnough = query.minLag().isEmpty()
                || summary.lag()
                        .flatMap(totals -> Optional.ofNullable(totals.behind()))
                        .filter(behind -> behind >= query.minLag().getAsLong())
                        .isPresent();
        return behindEnough
                && query.topic().map(summary.topics()::contains).orElse(true)
                && query.member()
                        .map(text -> hasMember(summary.described(), text))
                        .orElse(true);
    }

    private static boolean hasMember(GroupDescription group, String text) {
        return group.members().stream().flatMap(Groups::namesOf).anyMatch(name -> name.contains(text));
    }

    private static Stream<String> namesOf(Member member) {
        return Stream.concat(
                Stream.of(member.memberId(), member.clientId(), member.host()), member.instanceId().stream());
    }
}
