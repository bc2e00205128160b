package dev.fathom.kafka;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.fathom.cluster.Broker;
import dev.fathom.cluster.Commits;
import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.GroupListing;
import dev.fathom.cluster.GroupType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.jspecify.annotations.Nullable;

/**
 * What all callers ask about groups of one cluster, in few requests. Questions about groups whose coordinator is known go
 * straight to it, on a {@link Wire}; all others, and those that were not answered there, to the Admin client, which finds
 * coordinators and knows when to try again. On either way they travel in {@link MicroBatches}. Coordinators are learnt from
 * descriptions.
 */
final class GroupReads implements AutoCloseable {

    private static final int GROUPS_REMEMBERED = 50_000;
    private static final int OFFSETS_A_REQUEST = 10_000;
    private static final int DESCRIPTIONS_A_REQUEST = 2000;
    /** Of a group not read before: a first request for many groups is for a hundred of them. */
    private static final int OFFSETS_EXPECTED = 100;

    private static final int REQUESTS_IN_FLIGHT = 2;
    private static final long COMPANY_MILLIS = 5;
    /** Where many groups are read a request may wait for those before it: the broker works on one at a time anyway. */
    private static final long BULK_COMPANY_MILLIS = 100;

    /** A group with all that tells how to describe it. */
    private record Described(String id, GroupType type) {}

    /** @param coordinator null for the Admin client */
    private record Lane(Purpose purpose, @Nullable Node coordinator, boolean stable) {}

    private final Connection connection;
    private final Map<Purpose, Wire> wires = new EnumMap<>(Purpose.class);
    private final Map<Lane, MicroBatches<Described, GroupDescription>> describing = new ConcurrentHashMap<>();
    private final Map<Lane, MicroBatches<String, Commits>> reading = new ConcurrentHashMap<>();
    private final Cache<String, Node> coordinators =
            Caffeine.newBuilder().maximumSize(GROUPS_REMEMBERED).build();
    private final Cache<String, Integer> counts =
            Caffeine.newBuilder().maximumSize(GROUPS_REMEMBERED).build();
    private boolean closed;

    GroupReads(Connection connection) {
        this.connection = connection;
    }

    /** @return by group id */
    Map<String, KafkaFuture<GroupDescription>> describe(
            Collection<GroupListing> groups, Purpose purpose, Deadline deadline) {
        List<Described> asked = groups.stream()
                .map(group -> new Described(group.id(), group.type()))
                .toList();
        Map<Described, CompletableFuture<GroupDescription>> answers = ask(
                asked,
                key -> DirectQuestions.canDescribe(key.type()) ? coordinators.getIfPresent(key.id()) : null,
                key -> coordinators.invalidate(key.id()),
                (coordinator, keys) -> describing
                        .computeIfAbsent(new Lane(purpose, coordinator, false), this::describing)
                        .ask(keys, patience(purpose, coordinator, deadline)),
                deadline);
        Map<String, KafkaFuture<GroupDescription>> byId = new LinkedHashMap<>();
        answers.forEach((key, answer) -> byId.put(key.id(), kafka(answer)));
        return byId;
    }

    /**
     * @param ids of groups that commit
     * @param stable whether to look for commits of open transactions too, see {@link Commits#pending}
     */
    Map<String, KafkaFuture<Commits>> commits(
            Collection<String> ids, boolean stable, Purpose purpose, Deadline deadline) {
        Map<String, CompletableFuture<Commits>> answers = ask(
                ids,
                coordinators::getIfPresent,
                coordinators::invalidate,
                (coordinator, keys) -> reading.computeIfAbsent(
                                new Lane(purpose, coordinator, stable && coordinator != null), this::reading)
                        .ask(keys, patience(purpose, coordinator, deadline)),
                deadline);
        Map<String, KafkaFuture<Commits>> byId = new LinkedHashMap<>();
        answers.forEach((id, answer) -> byId.put(id, kafka(answer)));
        return byId;
    }

    /** Another broker may coordinate by now what one that has been silent did: then half the time is left to find it. */
    private synchronized Deadline patience(Purpose purpose, @Nullable Node coordinator, Deadline deadline) {
        Wire wire = wires.get(purpose);
        boolean sure = coordinator == null || (wire != null && wire.heardLately(coordinator));
        return sure ? deadline : deadline.halfway();
    }

    private static <K, V> Map<K, CompletableFuture<V>> ask(
            Collection<K> keys,
            Function<K, Node> coordinatorOf,
            Consumer<K> forget,
            BiFunction<Node, List<K>, Map<K, CompletableFuture<V>>> lane,
            Deadline deadline) {
        Map<Node, List<K>> direct = new HashMap<>();
        List<K> unplaced = new ArrayList<>();
        for (K key : keys) {
            Node coordinator = coordinatorOf.apply(key);
            (coordinator == null ? unplaced : direct.computeIfAbsent(coordinator, node -> new ArrayList<>())).add(key);
        }
        Map<K, CompletableFuture<V>> answers = new LinkedHashMap<>();
        if (!unplaced.isEmpty()) {
            answers.putAll(lane.apply(null, unplaced));
        }
        direct.forEach((coordinator, placed) -> lane.apply(coordinator, placed)
                .forEach((key, answer) -> answers.put(key, answer.exceptionallyComposeAsync(failure -> {
                    if (isFinal(failure)) {
                        return CompletableFuture.failedFuture(failure);
                    }
                    forget.accept(key);
                    return deadline.passed()
                            ? CompletableFuture.failedFuture(failure)
                            : lane.apply(null, List.of(key)).get(key);
                }))));
        return answers;
    }

    /** Whether the Admin client would come to nothing else: the coordinator refused. */
    private static boolean isFinal(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof ApiException
                && !(cause instanceof RetriableException
                        // It may have another type by now.
                        || cause instanceof GroupIdNotFoundException
                        || cause instanceof UnsupportedVersionException
                        || cause instanceof AuthenticationException);
    }

    private MicroBatches<Described, GroupDescription> describing(Lane lane) {
        Node coordinator = lane.coordinator();
        return new MicroBatches<>(
                limits(lane, DESCRIPTIONS_A_REQUEST),
                key -> 1,
                coordinator == null
                        ? (keys, until) -> describeByAdmin(lane.purpose(), keys, until)
                        : (keys, until) -> describeDirectly(lane.purpose(), coordinator, keys, until),
                MicroBatches.Time.SYSTEM);
    }

    private MicroBatches<String, Commits> reading(Lane lane) {
        Node coordinator = lane.coordinator();
        return new MicroBatches<>(
                limits(lane, OFFSETS_A_REQUEST),
                id -> Math.max(1, Optional.ofNullable(counts.getIfPresent(id)).orElse(OFFSETS_EXPECTED)),
                coordinator == null
                        ? (ids, until) -> readByAdmin(lane.purpose(), ids, until)
                        : (ids, until) -> readDirectly(lane, coordinator, ids, until),
                MicroBatches.Time.SYSTEM);
    }

    private static MicroBatches.Limits limits(Lane lane, long weight) {
        return new MicroBatches.Limits(
                REQUESTS_IN_FLIGHT,
                lane.purpose() == Purpose.INTERACTIVE ? COMPANY_MILLIS : BULK_COMPANY_MILLIS,
                weight);
    }

    private Map<Described, CompletableFuture<GroupDescription>> describeByAdmin(
            Purpose purpose, List<Described> keys, Deadline until) {
        Admin admin = connection.admin(purpose);
        Map<Described, CompletableFuture<GroupDescription>> answers = new HashMap<>();
        keys.stream()
                .collect(Collectors.groupingBy(Described::type, Collectors.mapping(Described::id, Collectors.toSet())))
                .forEach((type, ids) -> GroupDescriber.ask(admin, type, ids, until.millisLeft())
                        .forEach((id, future) -> answers.put(
                                new Described(id, type), completable(future).thenApply(this::learn))));
        return answers;
    }

    private GroupDescription learn(GroupDescription group) {
        group.coordinator().map(GroupReads::node).ifPresent(node -> coordinators.put(group.id(), node));
        return group;
    }

    private static Node node(Broker broker) {
        return new Node(broker.id(), broker.host(), broker.port(), broker.rack().orElse(null));
    }

    private Map<Described, CompletableFuture<GroupDescription>> describeDirectly(
            Purpose purpose, Node coordinator, List<Described> keys, Deadline until) {
        DirectQuestions questions = new DirectQuestions(wire(purpose), coordinator, until);
        Map<Described, CompletableFuture<GroupDescription>> answers = new HashMap<>();
        keys.stream()
                .collect(Collectors.partitioningBy(key -> key.type() == GroupType.CONSUMER))
                .forEach((consumer, some) -> {
                    List<String> ids =
                            some.stream().map(Described::id).distinct().toList();
                    if (!ids.isEmpty()) {
                        answers.putAll(each(some, Described::id, questions.describe(ids, consumer)));
                    }
                });
        return answers;
    }

    private Map<String, CompletableFuture<Commits>> readByAdmin(Purpose purpose, List<String> ids, Deadline until) {
        Map<String, CompletableFuture<Commits>> answers = new HashMap<>();
        CommitReader.ask(connection.admin(purpose), ids, until.millisLeft())
                .forEach((id, future) -> answers.put(id, completable(future).thenApply(commits -> count(id, commits))));
        return answers;
    }

    private Map<String, CompletableFuture<Commits>> readDirectly(
            Lane lane, Node coordinator, List<String> ids, Deadline until) {
        Map<String, CompletableFuture<Commits>> answers = each(
                ids,
                id -> id,
                new DirectQuestions(wire(lane.purpose()), coordinator, until).commits(ids, lane.stable()));
        answers.replaceAll((id, answer) -> answer.thenApply(commits -> count(id, commits)));
        return answers;
    }

    private Commits count(String id, Commits commits) {
        counts.put(id, commits.count());
        return commits;
    }

    /** Each key's part of one answer. */
    private static <K, V> Map<K, CompletableFuture<V>> each(
            List<K> keys, Function<K, String> id, CompletableFuture<Map<String, Read<V>>> answer) {
        Map<K, CompletableFuture<V>> parts = new HashMap<>();
        keys.forEach(key -> parts.put(key, answer.thenApply(all -> Optional.ofNullable(all.get(id.apply(key)))
                .orElseThrow(() -> new IllegalStateException("the answer lacks a group"))
                .orThrow())));
        return parts;
    }

    /** What a coordinator said of one group: a value, or why not. */
    sealed interface Read<V> {

        V orThrow();

        record Told<V>(V value) implements Read<V> {
            @Override
            public V orThrow() {
                return value;
            }
        }

        record Refused<V>(ApiException problem) implements Read<V> {
            @Override
            public V orThrow() {
                throw problem;
            }
        }
    }

    /** Made when first needed, and anew after it broke. */
    private synchronized Wire wire(Purpose purpose) {
        if (closed) {
            throw new DisconnectException("the service is shutting down");
        }
        Wire wire = wires.get(purpose);
        if (wire == null || wire.isClosed()) {
            wire = new Wire(
                    connection.clientProperties(purpose),
                    "fathom-" + purpose.word() + "-groups",
                    connection.settings().name(),
                    connection.probe()::heard);
            wires.put(purpose, wire);
        }
        return wire;
    }

    /** Lets the connections go: the cluster does not answer. Who waits there waits until his deadline. */
    synchronized void rest() {
        wires.values().forEach(Wire::retire);
        wires.clear();
    }

    @Override
    public synchronized void close() {
        closed = true;
        wires.values().forEach(Wire::close);
        wires.clear();
    }

    private static <T> CompletableFuture<T> completable(KafkaFuture<T> future) {
        return future.toCompletionStage().toCompletableFuture();
    }

    /** The same, as {@link Answers} waits for it. */
    static <T> KafkaFuture<T> kafka(CompletableFuture<T> future) {
        KafkaFutureImpl<T> same = new KafkaFutureImpl<>();
        var unused = future.whenComplete((value, failure) -> {
            if (failure == null) {
                same.complete(value);
            } else {
                same.completeExceptionally(failure instanceof CompletionException ? failure.getCause() : failure);
            }
        });
        return same;
    }
}
