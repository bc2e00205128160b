package dev.fathom.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Api;
import dev.fathom.testing.Broker;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.Consumers;
import dev.fathom.testing.Hook;
import dev.fathom.testing.Hook.Call;
import dev.fathom.testing.Hook.Reply;
import dev.fathom.testing.Kafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Managed consumers on a cluster whose broker is killed and whose sink fails. {@code -Dchaos.minutes=10} runs the random
 * faults for that long, {@code -Dchaos.seed=…} the same ones again.
 */
@Order(6)
@ResourceLock(Brokers.THE_FRAGILE)
class ConsumersUnderFaultsIT {

    private static final int QUEUE = 50;
    private static final int PARTITIONS = 4;
    private static final int FEWEST_INCIDENTS = 6;

    private static Broker broker;
    private static PackagedService service;
    private static Api api;

    private Kafka kafka;
    private Consumers consumers;

    @BeforeAll
    static void start() {
        broker = Brokers.fragile();
        service = PackagedService.serving(
                broker.bootstrapServers(),
                "fathom.pool.topic-prefix=__fathom_faults_",
                "fathom.pool.webhook.allowed-hosts=localhost",
                "fathom.pool.webhook.allowed-cidrs=127.0.0.0/8",
                // Short, so that a test can outlast it.
                "fathom.clusters.local.properties.\"max.poll.interval.ms\"=6000");
        api = service.api();
    }

    @AfterAll
    static void end() {
        service.close();
    }

    @BeforeEach
    void connect() {
        kafka = new Kafka(broker.bootstrapServers());
        consumers = new Consumers(api, "local");
    }

    @AfterEach
    void disconnect() {
        consumers.close();
        kafka.close();
    }

    private static String reading(String topic, Hook hook, String more) {
        return "'topics':['" + topic + "'],'startFrom':'earliest','retry':{'initial':'PT0.05S','max':'PT0.5S'},"
                + "'handlerTimeout':'PT2S','sink':{'type':'webhook','url':'" + hook.url() + "'}" + more;
    }

    @Test
    void aBrokerThatComesBackCostsNothing() {
        String topic = kafka.topic(2);
        kafka.produce(topic, 0, 300);
        kafka.produce(topic, 1, 300);
        try (Hook hook = Hook.answering(call -> new Reply(200, Map.of(), 5))) {
            String name = consumers.define(reading(topic, hook, ",'members':2"));
            await().atMost(Duration.ofSeconds(30)).until(() -> hook.calls().size() > 50);

            broker.kill();
            broker.restart();

            await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> assertThat(
                            hook.calls().stream().map(Call::place).collect(Collectors.toSet()))
                    .hasSize(600));
            consumers.awaitDone(name);
            assertFirstTimesInOrder(hook.calls());
        }
    }

    /** The group gives up members that do not poll, not those that have nothing to do. */
    @Test
    void whoIsPausedForTwiceTheMaxPollIntervalStaysAMember() {
        String topic = kafka.topic(1);
        kafka.produce(topic, 0, 3);
        try (Hook hook = Hook.taking()) {
            String name = consumers.define(reading(topic, hook, ""));
            consumers.awaitDone(name);
            consumers.tell(name, "pause");
            String member = consumers
                    .awaitState(name, "paused")
                    .at("/members/0/memberId")
                    .asText();
            long rebalances = consumers.total(name, "rebalances");

            await().during(Duration.ofSeconds(13))
                    .atMost(Duration.ofSeconds(20))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> members(name).equals(List.of(member)));

            assertThat(consumers.total(name, "rebalances")).isEqualTo(rebalances);
            assertThat(consumers.state(name)).isEqualTo("paused");
        }
    }

    private List<String> members(String name) {
        JsonNode items = api.get("/api/v1/clusters/local/groups/fathom." + name + "/members?fresh=true")
                .ok()
                .get("items");
        List<String> ids = new ArrayList<>();
        items.forEach(item -> ids.add(item.get("memberId").asText()));
        return ids;
    }

    /** What a sink may answer while it is well, and while it is not. */
    private static Reply reply(Random random, int trouble) {
        int draw = random.nextInt(100);
        if (trouble == 0) {
            return draw < 2 ? Reply.of(500) : new Reply(200, Map.of(), random.nextInt(4));
        }
        if (trouble == 1) {
            return Reply.of(draw < 50 ? 503 : 500);
        }
        return draw < 3 ? Reply.never() : draw < 40 ? Reply.of(502) : Reply.of(200);
    }

    @Test
    void randomFaultsLoseNothingAndReorderNothing() throws Exception {
        double minutes = Double.parseDouble(System.getProperty("chaos.minutes", "0.2"));
        long seed = Long.getLong("chaos.seed", 20261121);
        Random random = new Random(seed);
        String topic = kafka.topic(PARTITIONS);
        runOneAndDeleteIt(kafka.topic(1));
        Set<String> threadsBefore = threads();
        long connectionsBefore = service.connectionsTo(broker.bootstrapServers());
        long clients = service.threads().stream()
                .filter(name -> name.contains("kafka"))
                .count();
        AtomicInteger trouble = new AtomicInteger();
        AtomicBoolean writing = new AtomicBoolean(true);
        AtomicInteger written = new AtomicInteger();
        int incidents = 0;
        try (Hook hook = Hook.answering(call -> {
            synchronized (random) {
                return reply(random, trouble.get());
            }
        })) {
            String name = consumers.define(reading(topic, hook, ",'members':2,'queueCapacity':" + QUEUE));
            Thread writer = new Thread(() -> write(topic, writing, written), "chaos-writer");
            writer.start();
            long end = System.nanoTime() + (long) (minutes * TimeUnit.MINUTES.toNanos(1));
            while (System.nanoTime() < end || incidents < FEWEST_INCIDENTS) {
                int what;
                int members;
                synchronized (random) {
                    what = random.nextInt(10);
                    members = 1 + random.nextInt(4);
                }
                switch (what) {
                    case 0 -> {
                        broker.kill();
                        broker.restart();
                    }
                    case 1, 2 -> trouble.set(1);
                    case 3 -> trouble.set(2);
                    case 4, 5 -> consumers.scale(name, members);
                    case 6 -> consumers.tell(name, "restart");
                    case 7 -> {
                        consumers.tell(name, "pause");
                        pause(1000);
                        consumers.tell(name, "resume");
                    }
                    default -> trouble.set(0);
                }
                incidents++;
                pause(1500);
            }
            trouble.set(0);
            hook.script(call -> Reply.of(200));
            writing.set(false);
            writer.join();

            int all = written.get();
            await().atMost(Duration.ofSeconds(180))
                    .pollInterval(Duration.ofSeconds(1))
                    .untilAsserted(() -> assertThat(taken(hook.calls()).keySet())
                            .as(consumers.get(name) + " seed " + seed)
                            .hasSize(all));
            consumers.awaitDone(name);
            assertFirstTimesInOrder(hook.calls());
            long again = taken(hook.calls()).values().stream()
                    .mapToLong(times -> times - 1)
                    .sum();
            System.out.printf(
                    "Random faults, seed %d: %d records, %d incidents, %d calls, %d delivered again%n",
                    seed, all, incidents, hook.calls().size(), again);
            // Four members at most hold so many each, and an incident may make each of them begin again.
            assertThat(again).isLessThanOrEqualTo((long) incidents * 4 * QUEUE);
            assertThat(consumers.total(name, "skipped")).isZero();
            assertThat(consumers.total(name, "deadLettered")).isZero();
        }
        consumers.close();
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            Set<String> left = threads();
            left.removeAll(threadsBefore);
            assertThat(left).isEmpty();
            // Each client that stays may have opened one more to a broker that came back, but no incident adds any.
            assertThat(service.connectionsTo(broker.bootstrapServers()))
                    .isLessThanOrEqualTo(connectionsBefore + clients);
        });
    }

    /** So that whatever stays once there has been a consumer is there. */
    private void runOneAndDeleteIt(String topic) {
        try (Hook hook = Hook.taking();
                Consumers first = new Consumers(api, "local")) {
            kafka.produce(topic, 0, 10);
            first.awaitDone(first.define(reading(topic, hook, "")));
        }
    }

    /** Threads of members and of their clients. */
    private static Set<String> threads() {
        return service.threads().stream()
                .filter(name -> name.contains("consumer-"))
                .collect(Collectors.toSet());
    }

    private static void pause(long millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    /** Writes numbered records to all partitions; what is not acknowledged is written again, and counts once. */
    private void write(String topic, AtomicBoolean writing, AtomicInteger written) {
        // One at a time: what several requests were amid when the broker was killed can leave a client with sequence
        // numbers that
        // it sends until its time is up.
        try (KafkaProducer<byte[], byte[]> producer = kafka.producer(Map.of(
                "acks",
                "all",
                "enable.idempotence",
                true,
                "max.in.flight.requests.per.connection",
                1,
                "delivery.timeout.ms",
                300_000,
                "max.block.ms",
                300_000))) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (int number = 0; writing.get(); number++) {
                sent.add(producer.send(new ProducerRecord<>(
                        topic, number % PARTITIONS, ("key-" + number % 17).getBytes(), ("" + number).getBytes())));
                pause(5);
            }
            producer.flush();
            for (Future<RecordMetadata> each : sent) {
                each.get();
                written.incrementAndGet();
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** How often the sink took each record. A call it did not take was told so, or never answered. */
    private static Map<String, Long> taken(List<Call> calls) {
        return calls.stream()
                .filter(call -> call.reply().status() == 200)
                .collect(Collectors.groupingBy(Call::place, Collectors.counting()));
    }

    /** In each partition no record was taken for the first time before the one before it was. */
    private static void assertFirstTimesInOrder(List<Call> calls) {
        Map<Integer, Long> furthest = new HashMap<>();
        for (Call call : calls) {
            if (call.reply().status() == 200) {
                long before = furthest.getOrDefault(call.partition(), -1L);
                assertThat(call.offset()).as(call.place()).isLessThanOrEqualTo(before + 1);
                furthest.put(call.partition(), Math.max(before, call.offset()));
            }
        }
    }
}
