package dev.fathom.packaged;

import static dev.fathom.testing.Kafka.get;
import static dev.fathom.testing.Kafka.unique;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.testing.Api;
import dev.fathom.testing.Api.Answer;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.Kafka;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What was there before can always be put back: whatever was committed, wherever it was moved. */
@Execution(ExecutionMode.CONCURRENT)
@Order(8)
class UndoIdentityIT {

    private static final int GROUPS = Integer.getInteger("undo.groups", 200);
    private static final long SEED = Long.getLong("undo.seed", 42);
    private static final int PARTITIONS = 4;

    private final Api api = SharedService.api();
    private final List<String> topics = new ArrayList<>();
    private Kafka kafka;

    @Test
    void forRandomGroups() throws InterruptedException, ExecutionException {
        kafka = new Kafka(Brokers.main().bootstrapServers());
        ExecutorService callers = Executors.newFixedThreadPool(8);
        try {
            for (int i = 0; i < 3; i++) {
                String topic = kafka.topic(PARTITIONS);
                topics.add(topic);
                for (int partition = 0; partition < PARTITIONS - 1; partition++) {
                    kafka.produce(topic, partition, 50);
                }
                kafka.trim(topic, 0, 10);
            }
            List<Future<Boolean>> groups = new ArrayList<>();
            for (int i = 0; i < GROUPS; i++) {
                Random random = new Random(SEED + i);
                groups.add(callers.submit(() -> movedAndPutBack(random)));
            }
            int moved = 0;
            for (Future<Boolean> group : groups) {
                moved += group.get() ? 1 : 0;
            }
            assertThat(moved).isGreaterThan(GROUPS * 3 / 4);
        } finally {
            callers.shutdownNow();
            kafka.close();
        }
    }

    private Map<TopicPartition, OffsetAndMetadata> committed(String group) {
        return get(kafka.admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    }

    /** Whether anything was moved: a request may well come to what is there. */
    private boolean movedAndPutBack(Random random) {
        String group = unique("random");
        Map<TopicPartition, OffsetAndMetadata> before = commits(random);
        kafka.commitWithMetadata(group, before);
        String body = request(random);

        String resets = "/api/v1/clusters/local/groups/" + group + "/resets";
        Answer planned = api.post(resets, body.replace("\"dryRun\":false", "\"dryRun\":true"));

        Answer moved = api.post(resets, body);

        assertThat(moved.status()).as(body + moved.text()).isEqualTo(200);
        assertThat(targets(moved)).as("a dry run says what happens").isEqualTo(targets(planned));
        if (!moved.json().has("operation")) {
            assertThat(committed(group)).isEqualTo(before);
            return false;
        }
        assertThat(committed(group)).as(body).isNotEqualTo(before);
        Answer undone = api.post(
                moved.json().get("operation").asText() + "/undo",
                "{\"dryRun\":false,\"acknowledgeInUse\":true,\"acknowledgeOutOfRange\":true}");
        assertThat(undone.status()).as(undone.text()).isEqualTo(200);
        assertThat(committed(group)).as(body).isEqualTo(before);
        return true;
    }

    private static List<String> targets(Answer answer) {
        List<String> targets = new ArrayList<>();
        answer.ok()
                .get("partitions")
                .forEach(row -> targets.add(row.get("topic") + " " + row.get("partition") + " " + row.get("from") + " "
                        + row.get("to") + " " + row.get("note")));
        return targets;
    }

    /** Commits in the log, below it and beyond it; with and without metadata and epoch; and gaps. */
    private Map<TopicPartition, OffsetAndMetadata> commits(Random random) {
        Map<TopicPartition, OffsetAndMetadata> commits = new HashMap<>();
        while (commits.isEmpty()) {
            for (String topic : topics) {
                for (int partition = 0; partition < PARTITIONS; partition++) {
                    if (random.nextInt(3) > 0) {
                        long offset = random.nextInt(10) == 0 ? random.nextLong(1L << 40) : random.nextInt(51);
                        commits.put(
                                new TopicPartition(topic, partition),
                                new OffsetAndMetadata(
                                        offset,
                                        random.nextBoolean() ? Optional.of(0) : Optional.empty(),
                                        random.nextBoolean() ? "é-" + random.nextInt() : ""));
                    }
                }
            }
        }
        return commits;
    }

    private String request(Random random) {
        List<String> positions =
                List.of("earliest", "earliest+3", "latest", "latest-7", "25", "-PT1H", "2001-01-01T00:00:00Z", "none");
        StringBuilder targets = new StringBuilder();
        for (String topic : topics) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                if (random.nextInt(3) > 0 || targets.isEmpty()) {
                    targets.append(targets.isEmpty() ? "" : ",")
                            .append("{\"topic\":\"")
                            .append(topic)
                            .append("\",\"partitions\":[")
                            .append(partition)
                            .append("],\"to\":\"")
                            .append(positions.get(random.nextInt(positions.size())))
                            .append("\"}");
                }
            }
        }
        return "{\"dryRun\":false,\"outOfRange\":\"clamp\",\"noRecordAtOrAfter\":\"latest\",\"acknowledgeInUse\":true,"
                + "\"targets\":[" + targets + "]}";
    }
}
