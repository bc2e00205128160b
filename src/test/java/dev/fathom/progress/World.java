package dev.fathom.progress;

import dev.fathom.cluster.Commits;
import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.GroupState;
import dev.fathom.cluster.GroupType;
import dev.fathom.cluster.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** A topic and a group that a test drives by hand, looked at by a clock of its own: what is true is known at every moment. */
final class World {

    static final String TOPIC = "orders";
    static final String GROUP = "billing";
    static final Duration INTERVAL = Duration.ofSeconds(10);
    static final Rules RULES = Rules.of(INTERVAL, Duration.ofSeconds(60), Duration.ofSeconds(45));

    final ClusterProgress progress;
    final List<List<Long>> arrivals = new ArrayList<>();
    final long[] commits;
    final long[] firsts;
    final long[] stable;
    long now = Duration.ofDays(20_000).toMillis();
    String topicId = "first";
    int members;
    int epoch = 1;
    GroupState state = GroupState.EMPTY;
    boolean reachable = true;
    boolean ownsNothing;
    private long nextLook;

    World(int partitions) {
        this(partitions, 64L << 20);
    }

    World(int partitions, long memory) {
        this.progress = new ClusterProgress(RULES, Duration.ofHours(1), memory, now);
        this.commits = new long[partitions];
        this.firsts = new long[partitions];
        this.stable = new long[partitions];
        Arrays.fill(commits, Look.UNKNOWN);
        Arrays.fill(stable, Look.UNKNOWN);
        IntStream.range(0, partitions).forEach(partition -> arrivals.add(new ArrayList<>()));
        this.nextLook = now;
    }

    World withMembers(int count) {
        members = count;
        state = count == 0 ? GroupState.EMPTY : GroupState.STABLE;
        return this;
    }

    void produce(int partition, int records) {
        for (int i = 0; i < records; i++) {
            arrivals.get(partition).add(now);
        }
    }

    long end(int partition) {
        return arrivals.get(partition).size();
    }

    /** Lets time pass, second by second, with looks when they are due. */
    void pass(Duration time, Runnable eachSecond) {
        long until = now + time.toMillis();
        while (now < until) {
            eachSecond.run();
            if (now >= nextLook) {
                look();
                nextLook += INTERVAL.toMillis();
            }
            now += 1000;
        }
    }

    void pass(Duration time) {
        pass(time, () -> {});
    }

    void look() {
        if (!reachable) {
            return;
        }
        Commits committed = new Commits();
        for (int partition = 0; partition < commits.length; partition++) {
            if (commits[partition] != Look.UNKNOWN) {
                committed.put(TOPIC, partition, new Commits.Commit(commits[partition], OptionalInt.empty(), ""));
            }
        }
        long[] ends = IntStream.range(0, arrivals.size()).mapToLong(this::end).toArray();
        long[] stables = IntStream.range(0, stable.length)
                .mapToLong(partition -> stable[partition] == Look.UNKNOWN ? ends[partition] : stable[partition])
                .toArray();
        progress.saw(new Look(
                now,
                List.of(new Look.OfGroup(description(), committed)),
                Optional.of(Set.of(GROUP)),
                Map.of(TOPIC, new Look.OfTopic(topicId, now, now, firsts.clone(), ends, stables))));
    }

    private GroupDescription description() {
        List<Member> all = IntStream.range(0, members).mapToObj(this::member).toList();
        return new GroupDescription(
                GROUP,
                GroupType.CONSUMER,
                state,
                "consumer",
                false,
                Optional.empty(),
                Optional.empty(),
                OptionalInt.of(epoch),
                OptionalInt.of(epoch),
                OptionalInt.empty(),
                all,
                List.of(),
                List.of());
    }

    private Member member(int number) {
        Map<String, List<Integer>> owned = new HashMap<>();
        if (!ownsNothing) {
            owned.put(
                    TOPIC,
                    IntStream.range(0, commits.length)
                            .filter(partition -> partition % members == number)
                            .boxed()
                            .toList());
        }
        return new Member(
                "member-" + number,
                Optional.empty(),
                "client-" + number,
                "10.0.0." + number,
                Optional.empty(),
                OptionalInt.of(epoch),
                Optional.empty(),
                new TreeMap<>(owned),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    GroupProgress group() {
        return progress.group(GROUP, now).orElseThrow();
    }

    GroupReport report() {
        return group().report(topic -> true, now);
    }

    PartitionReport report(int partition) {
        return report().partitions().stream()
                .filter(each -> each.partition().partition() == partition)
                .findFirst()
                .orElseThrow();
    }

    Verdict verdict() {
        return report().verdict();
    }

    /** The true time lag: how long the first unread record has been there. */
    long trueTimeLag(int partition) {
        long unread = Math.max(commits[partition], firsts[partition]);
        return unread >= end(partition) ? 0 : now - arrivals.get(partition).get((int) unread);
    }
}
