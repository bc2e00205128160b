package dev.fathom.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Api.Answer;
import dev.fathom.testing.Consumers;
import dev.fathom.testing.Hook;
import dev.fathom.testing.Hook.Reply;
import dev.fathom.testing.Kafka;
import dev.fathom.testing.LiveGroup;
import dev.fathom.testing.WithConsumers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What managed consumers do with records, on a real broker and a real webhook. Beside each other: they mostly wait. */
@Order(3)
@Execution(ExecutionMode.CONCURRENT)
class RunningConsumersIT extends WithConsumers {

    private static final String QUICK = "'retry':{'initial':'PT0.05S','max':'PT0.2S'}";

    RunningConsumersIT() {
        super(SharedService.api());
    }

    @Nested
    class WithoutFaults {

        @Test
        void threeMembersDeliverTenThousandRecordsOnceEach() {
            String topic = kafka.topic(6);
            String copy = kafka.topic(6);
            for (int partition = 0; partition < 6; partition++) {
                kafka.produce(topic, partition, partition == 0 ? 1670 : 1666);
            }
            String name = consumers.define(
                    reading(topic, "'members':3,'queueCapacity':1000,'sink':{'type':'topic','topic':'" + copy + "'}"));

            consumers.awaitDone(name);

            List<ConsumerRecord<byte[], byte[]>> copies = all(copy, 6);
            assertThat(copies).hasSize(10_000);
            assertThat(committed(name, topic, 0)).isEqualTo(1670);
            consumers.awaitTotal(name, "delivered", 10_000);
            // What was fetched for a partition that then went to a member that joined later is fetched twice: a queue
            // at most.
            assertThat(consumers.total(name, "records"))
                    .isBetween(10_000L, 10_000L + 1000 * consumers.total(name, "rebalances"));
        }

        @Test
        void theWebhookGetsEachRecordAsASignedCloudEvent() throws Exception {
            String topic = kafka.topic(1);
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                    topic,
                    0,
                    Instant.parse("2026-11-20T10:15:00Z").toEpochMilli(),
                    "key ä".getBytes(StandardCharsets.UTF_8),
                    "{\"order\":1}".getBytes(StandardCharsets.UTF_8));
            record.headers().add("content-type", "application/json".getBytes(StandardCharsets.US_ASCII));
            record.headers().add("traceparent", "00-1-2-01".getBytes(StandardCharsets.US_ASCII));
            record.headers().add("ce_type", "order.placed".getBytes(StandardCharsets.US_ASCII));
            record.headers().add("webhook-signature", "v1,forged".getBytes(StandardCharsets.US_ASCII));
            kafka.produce(List.of(record));
            try (Hook hook = Hook.taking()) {
                String name = consumers.define(reading(
                        topic,
                        "'sink':{'type':'webhook','url':'" + hook.url()
                                + "','secretRef':'hook','headers':{'X-Team':'a'},"
                                + "'passHeaders':['traceparent','ce_*']}"));

                consumers.awaitDone(name);

                Hook.Call call = hook.calls().get(0);
                assertThat(hook.calls()).hasSize(1);
                assertThat(call.text()).isEqualTo("{\"order\":1}");
                assertThat(call.headers())
                        .containsEntry("ce-specversion", "1.0")
                        .containsEntry("ce-time", "2026-11-20T10:15:00Z")
                        .containsEntry("ce-partitionkey", "key%20%C3%A4")
                        .containsEntry("ce-kafkapartition", "0")
                        .containsEntry("ce-kafkaoffset", "0")
                        .containsEntry("content-type", "application/json")
                        .containsEntry("x-team", "a")
                        .containsEntry("traceparent", "00-1-2-01")
                        .containsEntry("ce_type", "order.placed")
                        .containsEntry("webhook-id", call.headers().get("ce-id"));
                assertThat(call.headers().get("ce-source")).matches("/clusters/[a-z]+/topics/" + topic);
                assertThat(call.headers().get("webhook-signature")).isEqualTo(signature(call));
                consumers.awaitTotal(name, "records", 1);
                consumers.awaitTotal(name, "delivered", 1);
            }
        }

        private String signature(Hook.Call call) throws Exception {
            javax.crypto.Mac mac = javax.crypto.Mac.getInstance("HmacSHA256");
            byte[] key = java.util.Base64.getDecoder().decode(Hook.SECRET.substring("whsec_".length()));
            mac.init(new javax.crypto.spec.SecretKeySpec(key, "HmacSHA256"));
            String signed = call.headers().get("webhook-id") + "."
                    + call.headers().get("webhook-timestamp") + "." + call.text();
            return "v1," + java.util.Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes()));
        }

        @Test
        void beginsAtTheEndUnlessToldOtherwiseAndCommitsThatAtOnce() {
            String topic = kafka.topic(2);
            kafka.produce(topic, 0, 5);
            String name = consumers.define("'topics':['" + topic + "'],'sink':{'type':'log','level':'debug'}");

            consumers.awaitState(name, "running");

            assertThat(committed(name, topic, 0)).isEqualTo(5);
            assertThat(committed(name, topic, 1)).isZero();
            consumers.awaitTotal(name, "records", 0);
        }

        @Test
        void goesOnFromWhatItsGroupHasCommitted() {
            String topic = kafka.topic(1);
            kafka.produce(topic, 0, 10);
            String group = Kafka.unique("group");
            kafka.commit(group, Map.of(new TopicPartition(topic, 0), 7L));
            try (Hook hook = Hook.taking()) {
                String name = consumers.define(reading(topic, "'groupId':'" + group + "'," + to(hook)));

                consumers.awaitDone(name);

                assertThat(hook.calls().stream().map(Hook.Call::offset)).containsExactly(7L, 8L, 9L);
            }
        }

        /** The end of a transaction is a marker that no record stands for. */
        @Test
        void reachesLagZeroOnATransactionalTopic() {
            String topic = kafka.topic(1);
            try (KafkaProducer<byte[], byte[]> producer = kafka.transactional()) {
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(topic, "a".getBytes()));
                producer.commitTransaction();
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(topic, "b".getBytes()));
                producer.flush();
                producer.abortTransaction();
            }
            try (Hook hook = Hook.taking()) {
                String name = consumers.define(reading(topic, to(hook)));

                consumers.awaitDone(name);

                assertThat(hook.calls()).hasSize(1);
                assertThat(committed(name, topic, 0)).isEqualTo(4);
            }
        }

        @Test
        void membersBeyondThePartitionsAreIdle() {
            String topic = kafka.topic(1);
            String name = consumers.define(reading(topic, "'members':2,'sink':{'type':'log','level':'debug'}"));

            JsonNode running = consumers.awaitState(name, "running");

            List<String> states = new ArrayList<>();
            running.get("members")
                    .forEach(member -> states.add(member.get("state").asText()));
            assertThat(states).containsExactlyInAnyOrder("running", "idle");
        }

        @Test
        void readsNewPartitionsFromTheirBeginning() {
            String topic = kafka.topic(1);
            try (Hook hook = Hook.taking()) {
                String name = consumers.define("'topics':['" + topic + "']," + to(hook));
                consumers.awaitState(name, "running");
                Kafka.get(kafka.admin()
                        .createPartitions(Map.of(topic, NewPartitions.increaseTo(2)))
                        .all());
                await().ignoreExceptions().untilAsserted(() -> kafka.produce(topic, 1, 3));
                // Members hear of it within their metadata's age; a member that rejoins at once.
                consumers.tell(name, "restart");

                await().atMost(Duration.ofSeconds(40))
                        .untilAsserted(() -> assertThat(hook.calls().stream().map(Hook.Call::place))
                                .contains("1@0", "1@1", "1@2"));

                consumers.awaitEvent(name, "position-chosen");
                await().untilAsserted(
                                () -> assertThat(committed(name, topic, 1)).isEqualTo(3));
            }
        }

        @Test
        void aConsumerOfTheNewProtocolReadsToo() {
            String topic = kafka.topic(2);
            kafka.produce(topic, 0, 20);
            kafka.produce(topic, 1, 20);
            try (Hook hook = Hook.taking()) {
                String name = consumers.define(reading(topic, "'protocol':'consumer','members':2," + to(hook)));

                consumers.awaitDone(name);

                assertThat(hook.calls()).hasSize(40);
            }
        }

        @Test
        void keysKeepTheirOrderWhileLanesWorkBesideEachOther() {
            String topic = kafka.topic(1);
            List<ProducerRecord<byte[], byte[]>> records = LongStream.range(0, 400)
                    .mapToObj(i -> new ProducerRecord<>(
                            topic,
                            0,
                            ("key-" + i % 7).getBytes(),
                            Long.toString(i).getBytes()))
                    .toList();
            kafka.produce(records);
            try (Hook hook = Hook.answering(call -> new Reply(200, Map.of(), 1 + call.offset() % 5))) {
                String name = consumers.define(reading(topic, "'ordering':'key','lanes':4," + to(hook)));

                consumers.awaitDone(name);

                Map<String, Long> last = new HashMap<>();
                hook.calls().forEach(call -> {
                    long number = Long.parseLong(call.text());
                    assertThat(number).isGreaterThan(last.getOrDefault("key-" + number % 7, -1L));
                    last.put("key-" + number % 7, number);
                });
                assertThat(hook.calls()).hasSize(400);
            }
        }
    }

    @Nested
    class WhenTheSinkFails {

        @Test
        void aRecordIsOfferedAgainInOrderAndUnderTheSameId() {
            String topic = kafka.topic(1);
            kafka.produce(topic, 0, 5);
            AtomicInteger failures = new AtomicInteger();
            try (Hook hook = Hook.answering(
                    call -> Reply.of(call.offset() == 2 && failures.getAndIncrement() < 3 ? 500 : 200))) {
                String name = consumers.define(reading(topic, QUICK + "," + to(hook)));

                consumers.awaitDone(name);

                assertThat(hook.calls().stream().map(Hook.Call::offset))
                        .containsExactly(0L, 1L, 2L, 2L, 2L, 2L, 3L, 4L);
                Set<String> ids = hook.calls().stream()
                        .filter(call -> call.offset() == 2)
                        .map(call -> call.headers().get("webhook-id"))
                        .collect(Collectors.toSet());
                assertThat(ids).hasSize(1);
                consumers.awaitTotal(name, "retried", 3);
            }
        }

        @Test
        void anOutageFillsNoDeadLettersAndDrainsWhenItIsOver() {
            String topic = kafka.topic(1);
            String dead = kafka.topic(1);
            kafka.produce(topic, 0, 30);
            try (Hook hook = Hook.answering(call -> Reply.of(503))) {
                String name = consumers.define(reading(
                        topic,
                        "'retry':{'maxAttempts':2,'initial':'PT0.01S','max':'PT0.02S'},'deadLetter':{'topic':'" + dead
                                + "'}," + to(hook)));
                consumers.await(
                        name, "the breaker opens", any -> consumers.events(name).contains("breaker-opened"));
                JsonNode degraded = consumers.awaitState(name, "degraded");
                assertThat(degraded.get("reason").asText()).contains("503");
                int sent = hook.calls().size();
                // Three probes of an open breaker: 1, 2 and 4 seconds.
                await().atMost(Duration.ofSeconds(15)).until(() -> hook.calls().size() >= sent + 3);
                assertThat(hook.calls().size()).isLessThan(sent + 6);
                assertThat(all(dead, 1)).isEmpty();
                assertThat(committed(name, topic, 0)).isZero();

                hook.script(call -> Reply.of(200));

                consumers.awaitDone(name);
                assertThat(all(dead, 1)).isEmpty();
                consumers.awaitTotal(name, "deadLettered", 0);
                consumers.awaitEvent(name, "breaker-closed");
                consumers.awaitState(name, "running");
            }
        }

        @Test
        void aSinkThatHangsNeverHoldsUpThePolls() {
            String topic = kafka.topic(1);
            kafka.produce(topic, 0, 3);
            try (Hook hook = Hook.answering(call -> Reply.never())) {
                String name = consumers.define(reading(topic, "'handlerTimeout':'PT30S'," + to(hook)));
                await().until(() -> hook.calls().size() == 1);
                JsonNode before = consumers.stats(name);

                // Once its report is newer by so many seconds there must be several polls for each.
                await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                    JsonNode after = consumers.stats(name);
                    Duration between = Duration.between(toldAt(before), toldAt(after));
                    assertThat(between).isGreaterThan(Duration.ofSeconds(3));
                    assertThat(polls(after) - polls(before)).isGreaterThan(4 * between.toSeconds());
                });

                assertThat(committed(name, topic, 0)).isZero();
                hook.script(call -> Reply.of(200));
            }
        }

        private Instant toldAt(JsonNode stats) {
            return Instant.parse(stats.get("members").get(0).get("observedAt").asText());
        }

        private long polls(JsonNode stats) {
            return stats.get("total").get("emptyPolls").asLong();
        }

        @Test
        void aRecordThatIsAtFaultGoesToTheDeadLettersAsItWas() {
            String topic = kafka.topic(1);
            String dead = kafka.topic(1);
            List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                        topic, 0, 1_700_000_000_000L + i, ("k" + i).getBytes(), ("v" + i).getBytes());
                record.headers().add("trace", "t".getBytes());
                record.headers().add("fathom.error.message", "an older one".getBytes());
                records.add(record);
            }
            kafka.produce(records);
            try (Hook hook = Hook.answering(call -> Reply.of(call.offset() == 1 ? 422 : 200))) {
                String name = consumers.define(reading(topic, "'deadLetter':{'topic':'" + dead + "'}," + to(hook)));

                consumers.awaitDone(name);

                List<ConsumerRecord<byte[], byte[]>> letters = all(dead, 1);
                assertThat(letters).hasSize(1);
                ConsumerRecord<byte[], byte[]> letter = letters.get(0);
                assertThat(new String(letter.key())).isEqualTo("k1");
                assertThat(new String(letter.value())).isEqualTo("v1");
                assertThat(letter.timestamp()).isEqualTo(1_700_000_000_001L);
                Map<String, String> headers = new HashMap<>();
                letter.headers().forEach(header -> assertThat(
                                headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)))
                        .isNull());
                assertThat(headers)
                        .containsEntry("trace", "t")
                        .containsEntry("fathom.error.topic", topic)
                        .containsEntry("fathom.error.partition", "0")
                        .containsEntry("fathom.error.offset", "1")
                        .containsEntry("fathom.error.timestamp", "1700000000001")
                        .containsEntry("fathom.error.group", group(name))
                        .containsEntry("fathom.error.consumer", name)
                        .containsEntry("fathom.error.attempts", "1")
                        .containsEntry("fathom.error.stage", "sink")
                        .containsEntry("fathom.error.status", "422")
                        .containsEntry("fathom.error.message", "It answered 422.")
                        .containsEntry("fathom.hops", "1");
                assertThat(hook.calls().stream().map(Hook.Call::offset)).containsExactly(0L, 1L, 2L, 3L);
            }
        }

        @Test
        void aRecordThatAloneFailsIsDeadLetteredOnceTheSinkTookAnother() {
            String topic = kafka.topic(1);
            String dead = kafka.topic(1);
            kafka.produce(topic, 0, 4);
            try (Hook hook = Hook.answering(call -> Reply.of(call.offset() == 1 ? 500 : 200))) {
                String name = consumers.define(reading(
                        topic,
                        "'retry':{'maxAttempts':3,'initial':'PT0.01S','max':'PT0.05S'},'deadLetter':{'topic':'" + dead
                                + "'}," + to(hook)));

                consumers.awaitDone(name);

                assertThat(all(dead, 1)).hasSize(1);
                // Three times, and once more after the sink took the one behind it.
                assertThat(hook.calls().stream().filter(call -> call.offset() == 1))
                        .hasSize(4);
                assertThat(hook.calls().stream().map(Hook.Call::offset).collect(Collectors.toSet()))
                        .containsExactlyInAnyOrder(0L, 1L, 2L, 3L);
            }
        }

        @Test
        void withoutDeadLettersItStopsAndSaysAtWhichRecord() {
            String topic = kafka.topic(1);
            kafka.produce(topic, 0, 4);
            try (Hook hook = Hook.answering(call -> Reply.of(call.offset() == 2 ? 400 : 200))) {
                String name = consumers.define(reading(topic, to(hook)));

                JsonNode failed = consumers.awaitState(name, "failed");

                assertThat(failed.get("reason").asText())
                        .startsWith("poison-record")
                        .contains(topic + "-0@2");
                await().untilAsserted(
                                () -> assertThat(committed(name, topic, 0)).isEqualTo(2));
                hook.script(call -> Reply.of(200));
                assertThat(consumers.tell(name, "start").status()).isEqualTo(202);
                consumers.awaitDone(name);
            }
        }

        @Test
        void skipsOnlyWhereThatIsAskedForAndCountsIt() {
            String topic = kafka.topic(1);
            kafka.produce(topic, 0, 4);
            try (Hook hook = Hook.answering(call -> Reply.of(call.offset() == 2 ? 400 : 200))) {
                String name =
                        consumers.define(reading(topic, "'onExhausted':'skip','acknowledgeLoss':true," + to(hook)));

                consumers.awaitDone(name);

                consumers.awaitTotal(name, "skipped", 1);
                consumers.awaitEvent(name, "skipped");
            }
        }

        @Test
        void deadLettersThatCannotBeWrittenHoldThePartition() {
            String topic = kafka.topic(1);
            String dead = kafka.topic(Kafka.unique("dead"), 1, Map.of("max.message.bytes", "200"));
            kafka.produce(List.of(
                    new ProducerRecord<>(topic, 0, null, "small".getBytes()),
                    new ProducerRecord<>(topic, 0, null, new byte[1000]),
                    new ProducerRecord<>(topic, 0, null, "after".getBytes())));
            try (Hook hook = Hook.answering(call -> Reply.of(call.offset() == 1 ? 413 : 200))) {
                String name =
                        consumers.define(reading(topic, QUICK + ",'deadLetter':{'topic':'" + dead + "'}," + to(hook)));

                JsonNode degraded = consumers.awaitState(name, "degraded");

                assertThat(degraded.get("reason").asText())
                        .contains("dead-letter topic")
                        .contains(dead);
                consumers.await(
                        name,
                        "it is counted",
                        any -> consumers
                                        .stats(name)
                                        .at("/total/errors/deadLetter")
                                        .asInt()
                                > 0);
                assertThat(committed(name, topic, 0)).isEqualTo(1);
                assertThat(hook.calls().stream().map(Hook.Call::offset)).containsExactly(0L, 1L);
                kafka.configureTopic(dead, "max.message.bytes", "1000000");
                consumers.awaitDone(name);
                assertThat(all(dead, 1)).hasSize(1);
            }
        }

        @Test
        void goneMeansPaused() {
            String topic = kafka.topic(1);
            kafka.produce(topic, 0, 3);
            try (Hook hook = Hook.answering(call -> Reply.of(410))) {
                String name = consumers.define(reading(topic, to(hook)));

                JsonNode paused = consumers.awaitState(name, "paused");

                assertThat(paused.get("desired").asText()).isEqualTo("paused");
                assertThat(paused.get("reason").asText()).contains("410");
                hook.script(call -> Reply.of(204));
                consumers.tell(name, "resume");
                consumers.awaitDone(name);
            }
        }

        @Test
        void retryAfterIsHonoured() {
            String topic = kafka.topic(1);
            kafka.produce(topic, 0, 1);
            List<Long> times = new ArrayList<>();
            try (Hook hook = Hook.answering(call -> {
                times.add(System.nanoTime());
                return times.size() == 1 ? new Reply(429, Map.of("Retry-After", "2"), 0) : Reply.of(200);
            })) {
                String name = consumers.define(reading(topic, QUICK + "," + to(hook)));

                consumers.awaitDone(name);

                assertThat(Duration.ofNanos(times.get(1) - times.get(0))).isGreaterThan(Duration.ofMillis(1990));
            }
        }

        @Test
        void redirectsAreNotFollowed() {
            String topic = kafka.topic(1);
            kafka.produce(topic, 0, 1);
            try (Hook elsewhere = Hook.taking();
                    Hook hook = Hook.answering(
                            call -> new Reply(302, Map.of("Location", "http://169.254.169.254/latest"), 0))) {
                hook.script(call -> call.path().equals("/kafka")
                        ? new Reply(302, Map.of("Location", elsewhere.url()), 0)
                        : Reply.of(200));
                String name = consumers.define(reading(topic, QUICK + "," + to(hook)));

                JsonNode degraded = consumers.awaitState(name, "degraded");

                assertThat(degraded.get("reason").asText()).contains("302");
                assertThat(elsewhere.calls()).isEmpty();
                assertThat(committed(name, topic, 0)).isZero();
            }
        }

        @Test
        void aRecordTooLargeForTheNextTopicIsAtFaultItself() {
            String topic = kafka.topic(1);
            String copy = kafka.topic(Kafka.unique("copy"), 1, Map.of("max.message.bytes", "500"));
            String dead = kafka.topic(1);
            kafka.produce(List.of(
                    new ProducerRecord<>(topic, 0, null, "first".getBytes()),
                    new ProducerRecord<>(topic, 0, null, new byte[2000]),
                    new ProducerRecord<>(topic, 0, null, "last".getBytes())));
            String name = consumers.define(reading(
                    topic, "'deadLetter':{'topic':'" + dead + "'},'sink':{'type':'topic','topic':'" + copy + "'}"));

            consumers.awaitDone(name);

            assertThat(all(copy, 1).stream().map(record -> new String(record.value())))
                    .containsExactly("first", "last");
            assertThat(all(dead, 1)).hasSize(1);
        }

        @Test
        void aRecordThatWentInCirclesGoesNoFurther() {
            String topic = kafka.topic(1);
            String copy = kafka.topic(1);
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, 0, null, "round".getBytes());
            record.headers().add("fathom.hops", "8".getBytes());
            kafka.produce(List.of(record));
            String name = consumers.define(reading(topic, "'sink':{'type':'topic','topic':'" + copy + "'}"));

            JsonNode failed = consumers.awaitState(name, "failed");

            assertThat(failed.get("reason").asText()).contains("fathom.hops");
            assertThat(all(copy, 1)).isEmpty();
        }

        /** Anybody who writes records can say that one went in circles. */
        @Test
        void whatARecordSaysOfItsWayKeepsItFromNoDeadLetters() {
            String topic = kafka.topic(1);
            String copy = kafka.topic(1);
            String dead = kafka.topic(1);
            List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
            for (String hops : List.of("8", "2147483647", "no number")) {
                ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, 0, null, hops.getBytes());
                record.headers().add("fathom.hops", hops.getBytes());
                records.add(record);
            }
            kafka.produce(records);

            String name = consumers.define(reading(
                    topic, "'deadLetter':{'topic':'" + dead + "'},'sink':{'type':'topic','topic':'" + copy + "'}"));

            consumers.awaitDone(name);
            assertThat(all(copy, 1).stream().map(record -> new String(record.value())))
                    .containsExactly("no number");
            assertThat(all(dead, 1))
                    .extracting(record -> new String(record.value()))
                    .containsExactly("8", "2147483647");
            assertThat(all(dead, 1)).allSatisfy(record -> assertThat(
                            record.headers().lastHeader("fathom.hops").value())
                    .isEqualTo("8".getBytes()));
        }
    }

    @Nested
    class WhenTheGroundMoves {

        @Test
        void aTopicMadeAnewIsAFailureWithItsReason() {
            String topic = kafka.topic(1);
            kafka.produce(topic, 0, 3);
            try (Hook hook = Hook.taking()) {
                String name = consumers.define(reading(topic, to(hook)));
                consumers.awaitDone(name);
                kafka.deleteTopic(topic);
                kafka.topic(topic, 1, Map.of());

                JsonNode failed = consumers.awaitState(name, "failed");

                assertThat(failed.get("reason").asText()).matches("(?s)topic-(deleted|recreated).*");
                kafka.produce(topic, 0, 2);
                consumers.tell(name, "start");
                consumers.awaitDone(name);
                assertThat(committed(name, topic, 0)).isEqualTo(2);
                assertThat(hook.calls()).hasSize(5);
            }
        }

        @Test
        void aTopicThatIsGoneIsAFailureWithItsReason() {
            String topic = kafka.topic(1);
            String name = consumers.define(reading(topic, "'sink':{'type':'log','level':'debug'}"));
            consumers.awaitState(name, "running");

            kafka.deleteTopic(topic);

            JsonNode failed = consumers.awaitState(name, "failed");
            assertThat(failed.get("reason").asText()).startsWith("topic-deleted");
            assertThat(consumers.events(name)).isNotEmpty();
        }

        @Test
        void aCommitOutsideTheLogStopsItUnlessToldWhereToGo() {
            String topic = kafka.topic(1);
            kafka.produce(topic, 0, 20);
            kafka.trim(topic, 0, 10);
            String group = Kafka.unique("group");
            kafka.commit(group, Map.of(new TopicPartition(topic, 0), 3L));
            try (Hook hook = Hook.taking()) {
                String name = consumers.define(reading(topic, "'groupId':'" + group + "'," + to(hook)));
                JsonNode failed = consumers.awaitState(name, "failed");
                assertThat(failed.get("reason").asText())
                        .startsWith("offset-out-of-range")
                        .contains("3");
                assertThat(hook.calls()).isEmpty();

                Answer replaced = api.put(
                        consumers.base() + "/" + name + "?version="
                                + failed.get("version").asLong(),
                        Consumers.body(
                                name,
                                reading(topic, "'groupId':'" + group + "','onOutOfRange':'earliest'," + to(hook))));

                assertThat(replaced.status()).as(replaced.text()).isEqualTo(202);
                consumers.await(name, "all delivered", any -> hook.calls().size() == 10);
                assertThat(hook.calls().get(0).offset()).isEqualTo(10);
                consumers.awaitEvent(name, "position-chosen");
                consumers.awaitEvent(name, "skipped");
                consumers.awaitTotal(name, "skipped", 7);
            }
        }

        /** Deleted commits of a partition that was being read: it goes on from what was last said to be committed. */
        @Test
        void aLostCommitIsMadeGoodFromTheCheckpoint() {
            String topic = kafka.topic(1);
            kafka.produce(topic, 0, 6);
            try (Hook hook = Hook.taking()) {
                String name = consumers.define(reading(topic, to(hook)));
                consumers.awaitDone(name);
                consumers.tell(name, "stop");
                consumers.awaitState(name, "stopped");
                Kafka.get(
                        kafka.admin().deleteConsumerGroups(List.of(group(name))).all());
                kafka.produce(topic, 0, 2);

                consumers.tell(name, "start");

                consumers.await(name, "the rest", any -> hook.calls().size() == 8);
                assertThat(hook.calls().stream().map(Hook.Call::offset))
                        .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L);
            }
        }

        @Test
        void aLostCommitIsAFailureWhereThatIsWanted() {
            String topic = kafka.topic(1);
            kafka.produce(topic, 0, 2);
            String name =
                    consumers.define(reading(topic, "'onOffsetsLost':'fail','sink':{'type':'log','level':'debug'}"));
            consumers.awaitDone(name);
            consumers.tell(name, "stop");
            consumers.awaitState(name, "stopped");
            Kafka.get(kafka.admin().deleteConsumerGroups(List.of(group(name))).all());

            consumers.tell(name, "start");

            assertThat(consumers.awaitState(name, "failed").get("reason").asText())
                    .startsWith("offsets-lost");

            // As the reason says: by a reset, which makes the group anew.
            Answer set = api.post(
                    consumers.base() + "/" + name + "/resets",
                    "{\"dryRun\":false,\"to\":\"latest-1\",\"targets\":[{\"topic\":\"" + topic + "\"}]}");
            assertThat(set.status()).as(set.text()).isEqualTo(200);
            consumers.tell(name, "start");
            consumers.awaitDone(name);
        }

        @Test
        void aMemberThatIsTakenAPartitionFromFinishesWhatItHasInHand() {
            String topic = kafka.topic(4);
            for (int partition = 0; partition < 4; partition++) {
                kafka.produce(topic, partition, 40);
            }
            try (Hook hook = Hook.answering(call -> new Reply(200, Map.of(), 20))) {
                String name = consumers.define(reading(topic, to(hook)));
                consumers.awaitState(name, "running");
                for (int members : new int[] {3, 1, 4, 2}) {
                    assertThat(consumers.scale(name, members).status()).isEqualTo(202);
                    consumers.await(
                            name,
                            members + " members",
                            any -> hook.calls().size() > 0
                                    && any.get("spec").get("members").asInt() == members
                                    && any.get("state").asText().equals("running"));
                }

                consumers.awaitDone(name);

                Map<Integer, Long> last = new HashMap<>();
                Set<String> seen = new HashSet<>();
                hook.calls().forEach(call -> {
                    assertThat(seen.add(call.place()))
                            .as("once: " + call.place())
                            .isTrue();
                    assertThat(call.offset()).isEqualTo(last.getOrDefault(call.partition(), -1L) + 1);
                    last.put(call.partition(), call.offset());
                });
                assertThat(seen).hasSize(160);
            }
        }
    }

    @Nested
    class WhenASinkAnswersTooLate {

        /** The partition is somebody else's by then, who has come further. */
        @Test
        void thatChangesNothingAndIsCounted() {
            String topic = kafka.topic(2);
            kafka.produce(topic, 0, 3);
            kafka.produce(topic, 1, 3);
            Set<String> seen = java.util.concurrent.ConcurrentHashMap.newKeySet();
            try (Hook hook = Hook.answering(
                    call -> new Reply(200, Map.of(), call.offset() == 0 && seen.add(call.place()) ? 12_000 : 0))) {
                String name = consumers.define(
                        reading(topic, "'drainTimeout':'PT0.1S','handlerTimeout':'PT30S'," + to(hook)));
                await().until(() -> hook.calls().size() == 2);

                consumers.scale(name, 2);

                // The one that moved is delivered again by its new owner, who commits all of it.
                await().atMost(Duration.ofSeconds(11))
                        .untilAsserted(() -> assertThat(List.of(committed(name, topic, 0), committed(name, topic, 1)))
                                .contains(3L));
                int moved = committed(name, topic, 0) == 3 ? 0 : 1;
                await().atMost(Duration.ofSeconds(40))
                        .untilAsserted(() -> assertThat(consumers.total(name, "staleCompletions"))
                                .isEqualTo(1));
                assertThat(committed(name, topic, moved)).isEqualTo(3);
                consumers.awaitDone(name);
            }
        }
    }

    @Nested
    class WhenItIsPaused {

        @Test
        void itTakesNothingAndGoesOnWhereItWas() {
            String topic = kafka.topic(1);
            try (Hook hook = Hook.taking()) {
                String name = consumers.define(reading(topic, to(hook)));
                consumers.awaitState(name, "running");
                assertThat(consumers.tell(name, "pause").status()).isEqualTo(202);
                assertThat(consumers.tell(name, "pause").status()).isEqualTo(200);
                consumers.awaitState(name, "paused");
                kafka.produce(topic, 0, 5);

                await().during(Duration.ofSeconds(1))
                        .atMost(Duration.ofSeconds(3))
                        .until(() -> hook.calls().isEmpty());

                consumers.tell(name, "resume");
                consumers.awaitDone(name);
                assertThat(hook.calls()).hasSize(5);
            }
        }

        /** What a rebalance brings comes unpaused. */
        @Test
        void partitionsItGainsArePausedToo() {
            String topic = kafka.topic(2);
            try (Hook hook = Hook.taking()) {
                String name = consumers.define(reading(topic, "'members':2," + to(hook)));
                consumers.awaitState(name, "running");
                consumers.tell(name, "pause");
                consumers.awaitState(name, "paused");
                kafka.produce(topic, 0, 5);
                kafka.produce(topic, 1, 5);

                consumers.scale(name, 1);
                consumers.await(
                        name,
                        "one member owns all",
                        any -> any.get("members").size() == 1
                                && any.get("members")
                                        .get(0)
                                        .get("assignment")
                                        .toString()
                                        .contains("[0,1]"));

                await().during(Duration.ofSeconds(1))
                        .atMost(Duration.ofSeconds(3))
                        .until(() -> hook.calls().isEmpty());
                assertThat(consumers.state(name)).isEqualTo("paused");
            }
        }
    }

    @Nested
    class WhenItIsMoved {

        @Test
        void itMakesWayIsMovedAndGoesOn() {
            String topic = kafka.topic(2);
            kafka.produce(topic, 0, 10);
            kafka.produce(topic, 1, 10);
            try (Hook hook = Hook.taking()) {
                String name = consumers.define(reading(topic, "'members':2," + to(hook)));
                consumers.awaitDone(name);
                Answer plan =
                        api.post(consumers.base() + "/" + name + "/resets", "{\"dryRun\":true,\"to\":\"latest-3\"}");
                assertThat(plan.ok().get("applicable").asBoolean())
                        .as(plan.text())
                        .isTrue();

                Answer moving = api.post(
                        consumers.base() + "/" + name + "/resets",
                        "{\"dryRun\":false,\"to\":\"latest-3\",\"reason\":\"again\"}",
                        "If-Match",
                        plan.header("ETag").orElseThrow());

                assertThat(moving.status()).as(moving.text()).isEqualTo(202);
                String operation = moving.json().get("operation").asText();
                await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(
                                api.get(operation).ok().get("status").asText())
                        .isEqualTo("applied"));
                consumers.await(name, "it read them again", any -> hook.calls().size() == 26);
                consumers.awaitState(name, "running");
                consumers.awaitDone(name);
            }
        }

        @Test
        void aResetOfItsGroupNeedsToSayThatItMayPauseIt() {
            String topic = kafka.topic(1);
            kafka.produce(topic, 0, 4);
            try (Hook hook = Hook.taking()) {
                String name = consumers.define(reading(topic, to(hook)));
                consumers.awaitDone(name);
                String resets = "/api/v1/clusters/local/groups/" + group(name) + "/resets";

                Answer refused = api.post(resets, "{\"dryRun\":false,\"to\":\"earliest\"}");
                assertThat(refused.status()).isEqualTo(409);
                assertThat(refused.text()).contains("pauseConsumers");

                Answer moving = api.post(resets, "{\"dryRun\":false,\"to\":\"earliest\",\"pauseConsumers\":true}");
                assertThat(moving.status()).as(moving.text()).isEqualTo(202);
                consumers.await(name, "it read them again", any -> hook.calls().size() == 8);
            }
        }

        @Test
        void strangersInItsGroupAreAConflictThatListsThem() {
            String topic = kafka.topic(1);
            kafka.produce(topic, 0, 1);
            String name = consumers.define(reading(topic, "'sink':{'type':'log','level':'debug'}"));
            consumers.awaitDone(name);
            try (LiveGroup stranger = kafka.join(
                    group(name),
                    List.of(topic),
                    Map.of(
                            "partition.assignment.strategy",
                            "org.apache.kafka.clients.consumer.CooperativeStickyAssignor"))) {
                await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                    Answer refused = api.post(
                            consumers.base() + "/" + name + "/resets", "{\"dryRun\":false,\"to\":\"earliest\"}");
                    assertThat(refused.problem()).isEqualTo("group-not-empty");
                    assertThat(refused.json().get("members")).hasSize(1);
                    assertThat(refused.text()).contains(group(name) + "-member");
                });
                assertThat(stranger).isNotNull();
            }
        }

        @Test
        void deletingItsGroupGoesThroughTheConsumer() {
            String topic = kafka.topic(1);
            String name = consumers.define(reading(topic, "'sink':{'type':'log','level':'debug'}"));
            consumers.awaitState(name, "running");

            Answer refused = api.delete("/api/v1/clusters/local/groups/" + group(name) + "?dryRun=false");

            assertThat(refused.status()).isEqualTo(409);
        }
    }

    @Test
    void isSeenInTheMetricsByItsName() {
        String topic = kafka.topic(1);
        kafka.produce(topic, 0, 3);
        String name = consumers.define(reading(topic, "'sink':{'type':'log','level':'debug'}"));
        consumers.awaitDone(name);

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(api.get("/q/metrics").text())
                        .containsPattern(
                                "fathom_pool_consumer_delivered_total\\{[^}]*consumer=\"" + name + "\"[^}]*\\} 3\\.0"));
    }
}
