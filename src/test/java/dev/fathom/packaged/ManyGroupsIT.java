package dev.fathom.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.testing.Api;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.Kafka;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Many groups are read together, not one after the other: the benchmark in small. In turns with a naive loop over the same
 * groups, which meets the same moments of the machine, and by the best of several rounds, so that only a ratio of the two counts.
 */
@Isolated
class ManyGroupsIT {

    private static final int GROUPS = 200;
    private static final int TOPICS = 10;
    private static final int RECORDS = 3;
    private static final int WARM_UPS = 3;
    private static final int ROUNDS = 10;

    /** Well below what it is, above a third of that. */
    private static final double AT_LEAST = 2.2;

    private final String prefix = Kafka.unique("many");
    private final List<String> ids =
            IntStream.range(0, GROUPS).mapToObj(i -> prefix + "-" + i).toList();
    private Kafka kafka;

    @BeforeEach
    void fill() {
        kafka = new Kafka(Brokers.main().bootstrapServers());
        Map<TopicPartition, OffsetAndMetadata> commits = new HashMap<>();
        for (int t = 0; t < TOPICS; t++) {
            String topic = kafka.topic(prefix + "-topic-" + t, 1, Map.of());
            kafka.produce(topic, 0, RECORDS);
            commits.put(new TopicPartition(topic, 0), new OffsetAndMetadata(1));
        }
        List<KafkaFuture<Void>> sent = new ArrayList<>();
        ids.forEach(id ->
                sent.add(kafka.admin().alterConsumerGroupOffsets(id, commits).all()));
        sent.forEach(Kafka::get);
    }

    @AfterEach
    void remove() {
        Kafka.get(kafka.admin().deleteConsumerGroups(ids).all());
        IntStream.range(0, TOPICS).forEach(t -> kafka.deleteTopic(prefix + "-topic-" + t));
        kafka.close();
    }

    @Test
    void areReadTogether() {
        Api api = SharedService.api();
        String list = "/api/v1/clusters/local/groups?include=lag&limit=1000&fresh=true&search=" + prefix;
        long naive = Long.MAX_VALUE;
        long served = Long.MAX_VALUE;
        for (int round = -WARM_UPS; round < ROUNDS; round++) {
            long before = System.nanoTime();
            assertThat(oneAfterTheOther()).isEqualTo((long) GROUPS * TOPICS * (RECORDS - 1));
            long between = System.nanoTime();
            Api.Answer answer = api.get(list);
            long after = System.nanoTime();
            assertThat(answer.ok().get("items")).hasSize(GROUPS).allSatisfy(item -> assertThat(
                            item.at("/lag/total").asLong())
                    .isEqualTo(TOPICS * (RECORDS - 1)));
            if (round >= 0) {
                naive = Math.min(naive, between - before);
                served = Math.min(served, after - between);
            }
        }

        assertThat(naive / (double) served)
                .as("naive %d ms, served %d ms", naive / 1_000_000, served / 1_000_000)
                .isGreaterThan(AT_LEAST);
    }

    /** The lag of all of them, group after group, with the call that does not wait before it asks again. */
    private long oneAfterTheOther() {
        long lag = 0;
        for (String id : ids) {
            Kafka.get(kafka.admin().describeClassicGroups(List.of(id)).all());
            Map<TopicPartition, OffsetAndMetadata> commits =
                    Kafka.get(kafka.admin().listConsumerGroupOffsets(id).partitionsToOffsetAndMetadata());
            Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
            commits.keySet().forEach(partition -> latest.put(partition, OffsetSpec.latest()));
            var ends = Kafka.get(kafka.admin().listOffsets(latest).all());
            for (Map.Entry<TopicPartition, OffsetAndMetadata> commit : commits.entrySet()) {
                lag += ends.get(commit.getKey()).offset() - commit.getValue().offset();
            }
        }
        return lag;
    }
}
