package dev.fathom.bench;

import dev.fathom.testing.Kafka;
import dev.fathom.testing.KafkaTools;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsResult;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * What Fathom is measured against, on the same broker in the same run, each with one Admin client and its defaults: the calls an
 * answer needs at least, made as well as they can be; and what one writes at first, a loop over groups. Each fails where it
 * comes to another lag than there is.
 */
final class Yardsticks implements AutoCloseable {

    /** More in one reply, and its parsing takes longer than the round trip it saves. */
    private static final int OFFSETS_A_CHUNK = 10_000;

    private final String bootstrapServers;
    private final DataSet set;
    private final Admin admin;

    Yardsticks(String bootstrapServers, DataSet set) {
        this.bootstrapServers = bootstrapServers;
        this.set = set;
        this.admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
    }

    /** One group: one describe, one fetch of its offsets, one look at the ends. */
    void oneGroup(int group) {
        String id = DataSet.group(group);
        var describing = admin.describeClassicGroups(List.of(id)).all();
        var offsets = admin.listConsumerGroupOffsets(id).partitionsToOffsetAndMetadata();
        Kafka.get(describing);
        check(group, lag(Kafka.get(offsets), ends(Kafka.get(offsets).keySet())));
    }

    /** The same, as one writes it: the call for groups of any kind, each step after the other. */
    void naive(int group) {
        String id = DataSet.group(group);
        Kafka.get(admin.describeConsumerGroups(List.of(id)).all());
        Map<TopicPartition, OffsetAndMetadata> offsets =
                Kafka.get(admin.listConsumerGroupOffsets(id).partitionsToOffsetAndMetadata());
        check(group, lag(offsets, ends(offsets.keySet())));
    }

    /** All groups: one list, one describe, offsets in chunks that are all under way at once, one look at the ends. */
    void allGroups() {
        List<String> ids = Kafka.get(admin.listGroups().all()).stream()
                .map(GroupListing::groupId)
                .filter(id -> id.startsWith("bench-"))
                .toList();
        var describing = admin.describeClassicGroups(ids).all();
        int each = Math.max(1, OFFSETS_A_CHUNK / set.partitions);
        Map<List<String>, ListConsumerGroupOffsetsResult> chunks = new LinkedHashMap<>();
        for (int from = 0; from < ids.size(); from += each) {
            List<String> chunk = ids.subList(from, Math.min(ids.size(), from + each));
            chunks.put(
                    chunk,
                    admin.listConsumerGroupOffsets(chunk.stream()
                            .collect(Collectors.toMap(id -> id, id -> new ListConsumerGroupOffsetsSpec()))));
        }
        Kafka.get(describing);
        Map<String, Map<TopicPartition, OffsetAndMetadata>> commits = new HashMap<>();
        chunks.forEach((chunk, result) ->
                chunk.forEach(id -> commits.put(id, Kafka.get(result.partitionsToOffsetAndMetadata(id)))));
        Map<TopicPartition, ListOffsetsResultInfo> ends = ends(set.logs());
        for (int group = 0; group < set.groups; group++) {
            check(group, lag(commits.get(DataSet.group(group)), ends));
        }
    }

    /** How many groups a second so many threads get through, each by {@link #naive}. */
    double naiveRate(int threads, Duration length) {
        long end = System.nanoTime() + length.toNanos();
        AtomicLong done = new AtomicLong();
        Crew.work(IntStream.range(0, threads)
                .<Runnable>mapToObj(number -> () -> {
                    SplittableRandom random = new SplittableRandom(number);
                    while (System.nanoTime() < end) {
                        naive(random.nextInt(set.groups));
                        if (System.nanoTime() < end) {
                            done.incrementAndGet();
                        }
                    }
                })
                .toList());
        return done.get() * 1e9 / length.toNanos();
    }

    /** Kafka's own tool, in a JVM that runs already. */
    void tool(int group) {
        described(
                KafkaTools.consumerGroups(
                        "--bootstrap-server", bootstrapServers, "--describe", "--group", DataSet.group(group)),
                1);
    }

    void toolOnAll() {
        described(
                KafkaTools.consumerGroups("--bootstrap-server", bootstrapServers, "--describe", "--all-groups"),
                set.groups);
    }

    private void described(String printed, int groups) {
        long rows = printed.lines().filter(line -> line.startsWith("bench-")).count();
        if (rows != (long) groups * set.partitions) {
            throw new IllegalStateException("the tool told " + rows + " partitions of " + groups + " groups");
        }
    }

    private Map<TopicPartition, ListOffsetsResultInfo> ends(Collection<TopicPartition> logs) {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        logs.forEach(log -> latest.put(log, OffsetSpec.latest()));
        return Kafka.get(admin.listOffsets(latest).all());
    }

    private static long lag(
            Map<TopicPartition, OffsetAndMetadata> commits, Map<TopicPartition, ListOffsetsResultInfo> ends) {
        long lag = 0;
        for (Map.Entry<TopicPartition, OffsetAndMetadata> commit : commits.entrySet()) {
            lag += ends.get(commit.getKey()).offset() - commit.getValue().offset();
        }
        return lag;
    }

    private void check(int group, long lag) {
        if (lag != set.lag(group)) {
            throw new IllegalStateException(DataSet.group(group) + " is " + set.lag(group) + " behind, not " + lag);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(2));
    }
}
