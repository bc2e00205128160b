package dev.fathom.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.Commits;
import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.GroupListing;
import dev.fathom.cluster.GroupListings;
import dev.fathom.cluster.GroupState;
import dev.fathom.cluster.GroupType;
import dev.fathom.cluster.LogPoint;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Pending;
import dev.fathom.cluster.TopicListing;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.config.Level;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The laws of a caller's view, over any grants: what it shows is what they cover, and nothing else gets through. */
class ScopedClusterTest {

    private static final List<String> NAMES = List.of("a.one", "a.two", "b.one", "ab", "A.one");

    /** What got through to the cluster itself. */
    private final List<String> calls = new ArrayList<>();

    @Provide
    Arbitrary<Access> accesses() {
        Arbitrary<NamePatterns> patterns = Arbitraries.of("a.*", "b.*", "a.one", "ab", "*")
                .list()
                .ofMaxSize(2)
                .map(NamePatterns::new);
        return Combinators.combine(Arbitraries.of(Level.class), patterns, patterns, Arbitraries.of(true, false))
                .as((level, groups, topics, records) -> new Grant(level, NamePatterns.ALL, groups, topics, records))
                .list()
                .ofMaxSize(3)
                .map(Access::new);
    }

    private static GroupListing listing(String id) {
        return new GroupListing(id, GroupType.CLASSIC, GroupState.EMPTY, "", true);
    }

    /** A cluster on which every group has a commit on every topic. */
    private Cluster whole() {
        return (Cluster) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Cluster.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("name")) {
                        return "local";
                    }
                    calls.add(method.getName());
                    return switch (method.getName()) {
                        case "listGroups" ->
                            GroupListings.of(
                                    NAMES.stream()
                                            .map(ScopedClusterTest::listing)
                                            .toList(),
                                    List.of(),
                                    Instant.EPOCH);
                        case "listTopics" ->
                            NAMES.stream()
                                    .map(name -> new TopicListing(name, "id", false))
                                    .toList();
                        case "unlisted" -> found((Collection<?>) arguments[0]);
                        case "commits" -> commits((Collection<?>) arguments[0]);
                        default -> null;
                    };
                });
    }

    private static Map<String, Outcome<GroupListing>> found(Collection<?> ids) {
        Map<String, Outcome<GroupListing>> found = new HashMap<>();
        ids.forEach(id -> found.put((String) id, Outcome.known(listing((String) id))));
        return found;
    }

    private static Pending<Map<String, Outcome<Commits>>> commits(Collection<?> groups) {
        Map<String, Outcome<Commits>> all = new HashMap<>();
        groups.forEach(group -> {
            Commits commits = new Commits();
            NAMES.forEach(topic -> commits.put(topic, 0, new Commit(1, OptionalInt.empty(), "")));
            all.put(((GroupListing) group).id(), Outcome.known(commits));
        });
        return () -> all;
    }

    @Property
    void listsShowWhatTheGrantsCoverAndNothingElse(@ForAll("accesses") Access access, @ForAll Level level) {
        Cluster scoped = new ScopedCluster(whole(), access, level);

        assertThat(scoped.listGroups(Set.of(), Set.of()).groups().keySet())
                .containsExactlyInAnyOrderElementsOf(NAMES.stream()
                        .filter(name -> access.onGroup(level, "local", name))
                        .toList());
        assertThat(scoped.listTopics())
                .extracting(TopicListing::name)
                .containsExactlyElementsOf(NAMES.stream()
                        .filter(name -> access.onTopic(Level.VIEWER, "local", name))
                        .toList());
    }

    @Property
    void commitsShowOnlyTopicsThatAreGrantedWithTheGroup(@ForAll("accesses") Access access) {
        Cluster scoped = new ScopedCluster(whole(), access, Level.VIEWER);

        for (String group : NAMES) {
            if (access.onGroup(Level.VIEWER, "local", group)) {
                Commits seen = scoped.commits(List.of(listing(group)), false)
                        .await()
                        .get(group)
                        .orThrow();
                assertThat(seen.topics())
                        .isEqualTo(NAMES.stream()
                                .filter(topic -> access.onGroupsTopic(Level.VIEWER, "local", group, topic))
                                .collect(Collectors.toSet()));
            } else {
                calls.clear();
                assertThatThrownBy(() -> scoped.commits(List.of(listing(group)), false))
                        .isInstanceOf(ForbiddenException.class);
                assertThat(calls).isEmpty();
            }
        }
    }

    @Property
    void aHiddenGroupIsNotThere(@ForAll("accesses") Access access) {
        Cluster scoped = new ScopedCluster(whole(), access, Level.VIEWER);

        scoped.unlisted(NAMES).forEach((id, outcome) -> {
            boolean visible = access.onGroup(Level.VIEWER, "local", id);
            assertThat(outcome.value().isPresent()).isEqualTo(visible);
            outcome.problem().ifPresent(problem -> assertThat(problem.reason()).isEqualTo(Reason.GROUP_NOT_FOUND));
        });
    }

    @Property
    void aChangeGetsThroughOnlyWithTheLevelForAllOfIt(@ForAll("accesses") Access access) {
        Cluster scoped = new ScopedCluster(whole(), access, Level.VIEWER);
        GroupListing group = listing("a.one");
        TopicPartition partition = new TopicPartition("b.one", 0);
        boolean mayMove = access.onGroupsTopic(Level.OPERATOR, "local", "a.one", "b.one");
        boolean mayRemove = access.onGroup(Level.OPERATOR, "local", "a.one");

        assertThat(getsThrough(() -> scoped.commit(group, Map.of(partition, new Commit(1, OptionalInt.empty(), "")))))
                .isEqualTo(mayMove);
        assertThat(getsThrough(() -> scoped.deleteCommits(group, Set.of(partition))))
                .isEqualTo(mayMove);
        assertThat(getsThrough(() -> scoped.deleteGroup(group)))
                .isEqualTo(access.onWholeGroup(Level.ADMIN, "local", "a.one"));
        assertThat(getsThrough(() -> scoped.removeAllMembers(group, ""))).isEqualTo(mayRemove);
        assertThat(getsThrough(() -> scoped.removeMembers(group, Set.of("member"), "")))
                .isEqualTo(mayRemove);
        assertThat(scoped.mayChange("a.one")).isEqualTo(mayRemove);
    }

    @Property
    void logsAreAskedOnlyWhereTheTopicIsGranted(@ForAll("accesses") Access access) {
        Cluster scoped = new ScopedCluster(whole(), access, Level.VIEWER);
        List<TopicPartition> two = Stream.of("a.one", "b.one")
                .map(topic -> new TopicPartition(topic, 0))
                .toList();

        assertThat(getsThrough(() -> scoped.offsets(LogPoint.Named.LAST, two)))
                .isEqualTo(access.onTopic(Level.VIEWER, "local", "a.one")
                        && access.onTopic(Level.VIEWER, "local", "b.one"));
    }

    private boolean getsThrough(Runnable call) {
        calls.clear();
        Throwable refused = catchThrowable(call::run);
        if (refused != null) {
            assertThat(refused).isInstanceOf(ForbiddenException.class);
        }
        assertThat(calls.isEmpty()).isEqualTo(refused != null);
        return refused == null;
    }
}
