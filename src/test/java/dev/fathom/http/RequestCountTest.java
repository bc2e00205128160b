package dev.fathom.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Api;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.FathomTest;
import dev.fathom.testing.Kafka;
import dev.fathom.testing.LiveGroup;
import dev.fathom.testing.RequestLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How many requests an answer costs, counted in the broker's own request log. */
@FathomTest
class RequestCountTest {

    private static final int GROUPS = 1000;
    private static final int TOPICS = 10;
    private static final int CALLERS = 50;
    private static final int ROUNDS = 10;

    /** A third of the cluster's call-timeout: after an answer as quick as this the next is asked for in one portion. */
    private static final long ONE_PORTION_NANOS = 1_000_000_000L;

    private final Api api = Api.underTest();

    @BeforeEach
    void needsTheLog() {
        assumeTrue(Brokers.fragile().requestLog().isPresent(), "the broker's log is in a container");
    }

    private static RequestLog log(Kafka kafka) {
        return new RequestLog(Brokers.fragile().requestLog().orElseThrow(), kafka);
    }

    private static void thousandGroups(Kafka kafka) {
        List<String> topics = new ArrayList<>();
        for (int t = 0; t < TOPICS; t++) {
            topics.add(kafka.topic("counted-" + t, 1, Map.of()));
            kafka.produce("counted-" + t, 0, 20);
        }
        List<KafkaFuture<Void>> commits = new ArrayList<>();
        for (int g = 0; g < GROUPS; g++) {
            Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
            for (int t = 0; t < TOPICS; t++) {
                offsets.put(new TopicPartition(topics.get(t), 0), new OffsetAndMetadata(g % 20));
            }
            commits.add(kafka.admin()
                    .alterConsumerGroupOffsets(String.format("counted-%04d", g), offsets)
                    .all());
        }
        commits.forEach(Kafka::get);
    }

    private long tookOf(String list) {
        long before = System.nanoTime();
        api.get(list).ok();
        return System.nanoTime() - before;
    }

    private Map<String, Integer> requestsOfAnAnswerThatIsNotShared(Kafka kafka, String list) {
        // Before, until the client is connected and the topics are known: after an answer that took most of its time,
        // the next
        // asks about the groups in portions.
        await().atMost(Duration.ofSeconds(30)).until(() -> tookOf(list + "&fresh=true") < ONE_PORTION_NANOS);
        String shared = api.get(list).ok().get("observedAt").asText();
        RequestLog log = log(kafka);
        log.begin();
        long before = log.length();
        // Answers from the shared snapshot cost nothing; the first that is not shared is the one counted.
        await().until(() -> !api.get(list).ok().get("observedAt").asText().equals(shared));
        log.end();
        return log.since(before);
    }

    @Test
    void aListOfAThousandGroupsWithLagIsMadeOfBatchedCalls() {
        try (Kafka kafka = new Kafka(Brokers.fragile().bootstrapServers())) {
            await().ignoreExceptions()
                    .until(() -> api.get("/api/v1/clusters/fragile/groups").status() == 200);
            thousandGroups(kafka);
            try (LiveGroup consumer =
                    kafka.join("counted-live", List.of("counted-0"), Map.of("group.protocol", "consumer"))) {
                consumer.awaitAssigned();
                String list = "/api/v1/clusters/fragile/groups?include=lag&limit=1000&search=counted";
                // The least of some: topics are asked about every five seconds, once a minute whether any are hidden,
                // and after an
                // answer that took long the groups are asked about in portions.
                Map<String, Integer> requests = requestsOfAnAnswerThatIsNotShared(kafka, list);
                for (int i = 0; i < 4; i++) {
                    Map<String, Integer> again = requestsOfAnAnswerThatIsNotShared(kafka, list);
                    requests = RequestLog.all(again) < RequestLog.all(requests) ? again : requests;
                }

                // One broker, one coordinator, one leader.
                int chunks = requests.getOrDefault("OFFSET_FETCH", 0);
                int brokers = 1;
                int coordinators = 1;
                int leaders = 1;
                // To list groups, to describe those of each of two protocols, to read commits, to find both ends of
                // logs.
                int budget = 1 + brokers + 2 * coordinators + coordinators * chunks + 2 * leaders;
                assertThat(chunks).as(requests.toString()).isBetween(1, 3);
                assertThat(RequestLog.all(requests)).as(requests.toString()).isLessThanOrEqualTo(budget);
                JsonNode answer = api.get(list).ok();
                assertThat(answer.get("items")).hasSize(1000);
                assertThat(answer.at("/items/0/lag/total").asLong()).isEqualTo(200);
                assertThat(answer.at("/items/7/lag/total").asLong()).isEqualTo(130);
            }
        }
    }

    /**
     * Shared means that a request is on average for two callers or more. How many of them travel together depends on how fast
     * they come: a request goes out with each answer and after 5 ms, so the best of some rounds counts.
     */
    @Test
    void fiftyCallersAtOnceShareTheirRequestsAndStillReadWhatIsNew() throws InterruptedException {
        try (Kafka kafka = new Kafka(Brokers.fragile().bootstrapServers())) {
            await().ignoreExceptions()
                    .until(() -> api.get("/api/v1/clusters/fragile/groups").status() == 200);
            List<String> groups = new ArrayList<>();
            for (int g = 0; g < CALLERS; g++) {
                String topic = kafka.topic(1);
                kafka.produce(topic, 0, 3);
                groups.add(Kafka.unique("shared"));
                kafka.commit(groups.get(g), Map.of(new TopicPartition(topic, 0), 1L));
            }
            // Before, so that it is known who coordinates them, and that nobody is refused or late.
            await().ignoreExceptions().until(() -> lagsAtOnce(groups).size() == CALLERS);
            RequestLog log = log(kafka);
            log.begin();
            long begun = log.length();
            for (String group : groups) {
                assertThat(freshLag(group)).hasValue(2L);
            }
            Map<String, Integer> oneByOne = log.since(begun);
            int half = RequestLog.all(oneByOne) / 2;
            Map<String, Integer> least = oneByOne;
            for (int round = 0; round < ROUNDS && !isShared(least, half); round++) {
                long before = log.length();
                assertThat(lagsAtOnce(groups)).hasSize(CALLERS).containsOnly(2L);
                Map<String, Integer> requests = log.since(before);
                least = RequestLog.all(requests) < RequestLog.all(least) ? requests : least;
            }
            log.end();

            // What each of them asks: a description, commits, a topic, three ends of its log.
            assertThat(RequestLog.all(oneByOne)).as(oneByOne.toString()).isGreaterThanOrEqualTo(6 * CALLERS);
            assertThat(RequestLog.all(least)).as(least.toString()).isBetween(5, half);
            assertThat(least.get("OFFSET_FETCH")).as(least.toString()).isLessThan(CALLERS / 2);
            assertThat(least).doesNotContainKey("FIND_COORDINATOR");
        }
    }

    private static boolean isShared(Map<String, Integer> requests, int half) {
        return RequestLog.all(requests) <= half && requests.getOrDefault("OFFSET_FETCH", 0) < CALLERS / 2;
    }

    /** Empty where there are too many callers. */
    private Optional<Long> freshLag(String group) {
        Api.Answer answer = api.get("/api/v1/clusters/fragile/groups/" + group + "/lag?fresh=true");
        return answer.status() == 429
                ? Optional.empty()
                : Optional.of(answer.ok().get("total").asLong());
    }

    /** Of those who were not refused as too many. */
    private List<Long> lagsAtOnce(List<String> groups) throws InterruptedException {
        ExecutorService callers = Executors.newFixedThreadPool(groups.size());
        CyclicBarrier together = new CyclicBarrier(groups.size());
        try {
            List<Callable<Optional<Long>>> calls = new ArrayList<>();
            groups.forEach(group -> calls.add(() -> {
                together.await();
                return freshLag(group);
            }));
            List<Long> lags = new ArrayList<>();
            for (Future<Optional<Long>> answer : callers.invokeAll(calls)) {
                answer.get().ifPresent(lags::add);
            }
            return lags;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            callers.shutdown();
        }
    }

    @Test
    void aTypoInTheBodyOfAResetCostsTwoRequests() {
        try (Kafka kafka = new Kafka(Brokers.fragile().bootstrapServers())) {
            await().ignoreExceptions()
                    .until(() -> api.get("/api/v1/clusters/fragile/groups").status() == 200);
            String topic = kafka.topic(1);
            String group = Kafka.unique("typo");
            kafka.commit(group, Map.of(new TopicPartition(topic, 0), 0L));
            String resets = "/api/v1/clusters/fragile/groups/" + group + "/resets";
            String body = "{\"dryRun\":false,\"to\":\"latest\",\"targets\":[{\"topic\":\"" + topic
                    + "\",\"partitions\":[7]}]}";
            assertThat(api.post(resets, body).status()).isEqualTo(422);
            RequestLog log = log(kafka);
            log.begin();
            int least = Integer.MAX_VALUE;
            // More than once, since now and then a client looks for its brokers by itself.
            for (int i = 0; i < 3; i++) {
                long before = log.length();
                assertThat(api.post(resets, body).status()).isEqualTo(422);
                await().until(() -> !log.since(before).isEmpty());
                least = Math.min(least, RequestLog.all(log.since(before)));
            }
            log.end();

            assertThat(least).isBetween(1, 2);
        }
    }
}
