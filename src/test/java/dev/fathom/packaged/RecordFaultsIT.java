package dev.fathom.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Hook;
import dev.fathom.testing.Hook.Reply;
import dev.fathom.testing.Kafka;
import dev.fathom.testing.TestClusters;
import dev.fathom.testing.WithConsumers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Records that a sink will not have, or the service cannot carry: they hurt no other, and none is lost for it. */
@Order(8)
@Execution(ExecutionMode.CONCURRENT)
class RecordFaultsIT extends WithConsumers {

    private static final int MIB = 1 << 20;
    private static final String QUICK = "'initial':'PT0.01S','max':'PT0.05S'";

    RecordFaultsIT() {
        super(SharedService.api());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** As old clients write them: without a time, which a producer of today refuses to be told. */
    private static ProducerRecord<byte[], byte[]> timeless(String topic, String value) {
        return new ProducerRecord<>(topic, 0, null, bytes(value), bytes(value)) {
            @Override
            public Long timestamp() {
                return -1L;
            }
        };
    }

    private List<String> texts(String topic) {
        return all(topic, 1).stream().map(record -> new String(record.value())).toList();
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    @Test
    void recordsWithoutATimeGoOnWithoutOne() {
        String topic = kafka.topic(1);
        String copy = kafka.topic(1);
        String letters = kafka.topic(1);
        kafka.produce(List.of(
                new ProducerRecord<>(topic, 0, null, bytes("a"), bytes("a")),
                timeless(topic, "b"),
                new ProducerRecord<>(topic, 0, null, bytes("c"), bytes("c"))));
        assertThat(all(topic, 1))
                .element(1)
                .extracting(ConsumerRecord::timestamp)
                .isEqualTo(-1L);
        try (Hook hook = Hook.answering(call -> Reply.of(422))) {
            String copying = consumers.define(reading(topic, to(copy)));
            String burying = consumers.define(reading(topic, dead(letters) + "," + to(hook)));

            consumers.awaitDone(copying);
            consumers.awaitDone(burying);

            assertThat(texts(copy)).containsExactly("a", "b", "c");
            assertThat(texts(letters)).containsExactly("a", "b", "c");
            assertThat(all(letters, 1))
                    .extracting(letter -> header(letter, "fathom.error.timestamp"))
                    .element(1)
                    .isEqualTo("-1");
            assertThat(hook.calls())
                    .extracting(call -> call.headers().containsKey("ce-time"))
                    .containsExactly(true, false, true);
        }
    }

    /** The broker refuses the batch they are in, and says of the others only that. */
    @Test
    void ofABatchOnlyTheRecordsTheTopicRefusesAreDeadLettered() {
        String topic = kafka.topic(1);
        String copy = kafka.topic(
                Kafka.unique("compacted"),
                1,
                Map.of("cleanup.policy", "compact", "message.timestamp.before.max.ms", "3600000"));
        String letters = kafka.topic(1);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        IntStream.range(0, 10)
                .forEach(i -> records.add(new ProducerRecord<>(topic, 0, null, bytes("k" + i), bytes("v" + i))));
        records.set(3, new ProducerRecord<>(topic, 0, null, null, bytes("without key")));
        records.set(6, new ProducerRecord<>(topic, 0, 1_000_000_000_000L, bytes("k6"), bytes("too old")));
        kafka.produce(records);

        String name = consumers.define(reading(topic, dead(letters) + "," + to(copy)));
        consumers.awaitDone(name);

        assertThat(texts(copy)).containsExactly("v0", "v1", "v2", "v4", "v5", "v7", "v8", "v9");
        assertThat(texts(letters)).containsExactly("without key", "too old");
        assertThat(all(letters, 1))
                .extracting(letter -> header(letter, "fathom.error.message"))
                .allMatch(why -> why.startsWith("Topic \"" + copy + "\" refuses it: Invalid"));
        consumers.awaitTotal(name, "deadLettered", 2);
        consumers.awaitTotal(name, "delivered", 8);
        assertThat(consumers.stats(name).at("/total/errors/sink").asInt()).isEqualTo(2);
        assertThat(consumers.events(name)).doesNotContain("breaker-opened");
    }

    /** Whether it is the record or the sink nobody can tell from that record alone. */
    @Test
    void aRecordThatLooksLikeAnOutageIsGivenUpOnceAnotherIsTaken() {
        String one = kafka.topic(1);
        String two = kafka.topic(2);
        String behind = kafka.topic(1);
        String letters = kafka.topic(1);
        kafka.produce(one, 0, 1);
        kafka.produce(two, 0, 1);
        kafka.produce(behind, 0, 3);
        String retry = "'retry':{'maxAttempts':6," + QUICK + "},'handlerTimeout':'PT0.2S'," + dead(letters) + ",";
        try (Hook bad = Hook.answering(call -> Reply.of(call.place().equals("0@0") ? 502 : 200));
                Hook silent = Hook.answering(call -> call.place().equals("0@0") ? Reply.never() : Reply.of(200));
                Hook down = Hook.answering(call -> Reply.of(503))) {
            String partition = consumers.define(reading(two, retry + to(bad)));
            String key = consumers.define(reading(one, "'ordering':'key'," + retry + to(silent)));
            String none = consumers.define(reading(one, "'ordering':'none'," + retry + to(bad)));
            String alone = consumers.define(reading(behind, retry + to(silent)));
            String outage = consumers.define(reading(behind, "'ordering':'none'," + retry + to(down)));
            String stuck = consumers.define(reading(one, "'retry':{'stuckAfter':'PT1S'," + QUICK + "}," + to(down)));
            assertThat(consumers.get(stuck).at("/spec/retry/stuckAfter").asText())
                    .isEqualTo("PT1S");
            for (String each : List.of(partition, key, none)) {
                consumers.awaitEvent(each, "breaker-opened");
            }
            // Nothing but the one in hand can be tried until these come.
            kafka.produce(List.of(
                    new ProducerRecord<>(one, 0, bytes("another"), bytes("another")),
                    new ProducerRecord<>(two, 1, bytes("another"), bytes("another"))));

            for (String each : List.of(partition, key, none, alone)) {
                consumers.awaitDone(each);
                consumers.awaitTotal(each, "deadLettered", 1);
            }
            assertThat(all(letters, 1)).hasSize(4).allMatch(letter -> header(letter, "fathom.error.offset")
                    .equals("0"));
            consumers.await(
                    stuck,
                    "the record is named",
                    is -> is.get("state").asText().equals("degraded")
                            && is.get("reason").asText().contains("stuck: record " + one + "-0@0"));
            consumers.awaitState(outage, "degraded");
            assertThat(committed(outage, behind, 0)).isZero();
            down.script(call -> Reply.of(200));
            consumers.awaitDone(outage);
            consumers.awaitDone(stuck);
            consumers.awaitTotal(outage, "deadLettered", 0);
        }
    }

    /** The bound of the tests is lower than the default: see {@link TestClusters}. */
    @Test
    void largeRecordsAreWrittenOnAsFarAsTheTopicAndTheServiceGo() throws Exception {
        Map<String, String> large = Map.of("max.message.bytes", Integer.toString(8 * MIB));
        String topic = kafka.topic(Kafka.unique("large"), 2, large);
        String copy = kafka.topic(Kafka.unique("copy"), 1, large);
        String letters = kafka.topic(Kafka.unique("dead"), 1, large);
        String less = kafka.topic(Kafka.unique("less"), 1, Map.of("max.message.bytes", Integer.toString(2 * MIB)));
        produce(topic, 0, 3 * MIB);
        try (Hook hook = Hook.answering(call -> Reply.of(413))) {
            String copying =
                    consumers.define(reading(topic, "'onExhausted':'skip','acknowledgeLoss':true," + to(copy)));
            String burying =
                    consumers.define(reading(topic, "'retry':{" + QUICK + "}," + dead(letters) + "," + to(hook)));
            String refused = consumers.define(reading(topic, dead(letters) + "," + to(less)));
            consumers.awaitDone(copying);
            consumers.awaitDone(burying);
            consumers.awaitDone(refused);
            assertThat(all(copy, 1)).hasSize(1);
            assertThat(all(letters, 1))
                    .hasSize(2)
                    .extracting(letter -> header(letter, "fathom.error.message"))
                    .anyMatch(why -> why.contains(less) && why.contains("takes " + 2 * MIB + " (max.message.bytes)"));

            kafka.configureTopic(less, "max.message.bytes", Integer.toString(8 * MIB));
            produce(topic, 0, 3 * MIB);
            consumers.awaitDone(refused);
            assertThat(all(less, 1)).as("what it takes is looked up anew").hasSize(1);

            produce(topic, 0, 5 * MIB);
            produce(topic, 0, 1);
            produce(topic, 1, 1);
            for (String each : List.of(copying, burying)) {
                JsonNode held = consumers.await(
                        each, "it says why", is -> is.path("reason").asText().contains("fathom.pool.max-record-bytes"));
                assertThat(held.get("state").asText()).isEqualTo("degraded");
                await().untilAsserted(
                                () -> assertThat(committed(each, topic, 1)).isEqualTo(1));
                assertThat(committed(each, topic, 0)).isEqualTo(2);
            }
            consumers.awaitTotal(copying, "skipped", 0);
        }
    }

    private void produce(String topic, int partition, int size) throws InterruptedException, ExecutionException {
        try (KafkaProducer<byte[], byte[]> producer = kafka.producer(Map.of("max.request.size", 16 * MIB))) {
            producer.send(new ProducerRecord<>(topic, partition, null, new byte[size]))
                    .get();
        }
    }
}
