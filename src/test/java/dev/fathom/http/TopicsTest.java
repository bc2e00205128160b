package dev.fathom.http;

import static dev.fathom.testing.Api.item;
import static dev.fathom.testing.Api.row;
import static dev.fathom.testing.Kafka.unique;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Api;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.FathomTest;
import dev.fathom.testing.NeedsBroker;
import dev.fathom.testing.WithKafka;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@FathomTest
class TopicsTest extends WithKafka {

    private static final String TOPICS = "/api/v1/clusters/local/topics";

    private final Api api = Api.underTest();

    @Test
    void listsTopicsAndOnWishKafkasOwn() {
        JsonNode list = api.get(TOPICS + "?limit=1000").ok();

        assertThat(list.findValuesAsText("name")).contains("orders", "stock").doesNotContain("__consumer_offsets");
        assertThat(item(list, "name", "orders").get("partitions").asInt()).isEqualTo(3);
        assertThat(api.get(TOPICS + "?internal=true&search=CONSUMER_OFF").ok().findValuesAsText("name"))
                .containsExactly("__consumer_offsets");
    }

    @Test
    void describesATopic() {
        JsonNode topic = api.get(TOPICS + "/orders").ok();

        assertThat(topic.get("topicId").asText()).hasSize(22);
        assertThat(topic.get("partitions")).hasSize(3);
        assertThat(topic.at("/partitions/2/leader").asInt()).isEqualTo(1);
        assertThat(topic.at("/partitions/2/isr/0").asInt()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/no-such", "/~", "/a%2Fb", "/%20", "/" + "x", "/no-such/offsets", "/no-such/groups"})
    void answersForAnUnknownTopicWith404(String path) {
        assertThat(api.get(TOPICS + path).problem()).isEqualTo("topic-not-found");
    }

    @Nested
    class Offsets {

        @Test
        void areGivenForEveryPartition() {
            JsonNode list = api.get(TOPICS + "/orders/offsets").ok();

            assertThat(list.get("items")).hasSize(3);
            JsonNode row = row(list, "orders", 1);
            assertThat(row.get("firstOffset").asLong()).isZero();
            assertThat(row.get("lastOffset").asLong()).isEqualTo(40);
            assertThat(row.get("lastStableOffset").asLong()).isEqualTo(40);
            assertThat(row.at("/positions/earliest/offset").asLong()).isZero();
            assertThat(row.at("/positions/latest/offset").asLong()).isEqualTo(40);
        }

        @NeedsBroker("3.9")
        @Test
        void areFoundForPositionsOfEveryForm() {
            JsonNode positions = row(
                            api.get(TOPICS
                                            + "/orders/offsets?partition=1&at=earliest%2B5,earliest+6,latest-3,12,max-timestamp,"
                                            + "latest-50,41,2000-01-01T00:00:00Z,2100-01-01T00:00:00%2B02:00,-PT1H,"
                                            + "earliest-local,latest-tiered")
                                    .ok(),
                            "orders",
                            1)
                    .get("positions");

            assertThat(positions.at("/earliest+5/offset").asLong()).isEqualTo(5);
            assertThat(positions.at("/earliest+6/offset").asLong())
                    .as("a plus sign nobody encoded")
                    .isEqualTo(6);
            assertThat(positions.at("/latest-3/offset").asLong()).isEqualTo(37);
            assertThat(positions.at("/12/offset").asLong()).isEqualTo(12);
            assertThat(positions.at("/max-timestamp/offset").asLong()).isEqualTo(39);
            assertThat(positions.at("/max-timestamp/timestamp").asText()).endsWith("Z");
            assertThat(positions.get("latest-50").isNull()).isTrue();
            assertThat(positions.get("41").isNull()).isTrue();
            assertThat(positions.get("2000-01-01T00:00:00Z").get("offset").asLong())
                    .isZero();
            assertThat(positions.get("2100-01-01T00:00:00+02:00").isNull()).isTrue();
            assertThat(positions.at("/-PT1H/offset").asLong()).isBetween(15L, 39L);
            assertThat(positions.at("/earliest-local/offset").asLong()).isZero();
            assertThat(positions.get("latest-tiered").isNull()).isTrue();
        }

        @Test
        void endAtTheLastStableOffsetForReadersOfCommittedRecords() {
            String topic = kafka.topic(1);
            kafka.produce(topic, 0, 4);
            try (KafkaProducer<byte[], byte[]> producer = kafka.transactional()) {
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(topic, 0, null, new byte[1]));
                producer.flush();

                JsonNode row = row(
                        api.get(TOPICS + "/" + topic + "/offsets?isolation=read_committed&at=latest")
                                .ok(),
                        topic,
                        0);

                assertThat(row.get("lastOffset").asLong()).isEqualTo(5);
                assertThat(row.get("lastStableOffset").asLong()).isEqualTo(4);
                assertThat(row.at("/positions/latest/offset").asLong()).isEqualTo(4);
                producer.abortTransaction();
            }
        }

        @Test
        void followATrimmedLog() {
            JsonNode row = row(
                    api.get(TOPICS + "/audit/offsets?at=earliest,earliest%2B1,59,60")
                            .ok(),
                    "audit",
                    0);

            assertThat(row.get("firstOffset").asLong()).isEqualTo(60);
            assertThat(row.at("/positions/earliest+1/offset").asLong()).isEqualTo(61);
            assertThat(row.at("/positions/59").isNull()).isTrue();
            assertThat(row.at("/positions/60/offset").asLong()).isEqualTo(60);
        }

        @ParameterizedTest
        @ValueSource(strings = {"current", "current-1", "group:invoices", "none", "first", "", "1,,2", "-1"})
        void areRefusedForPositionsThatMeanNothingHere(String at) {
            Api.Answer answer = api.get(TOPICS + "/orders/offsets?at=" + at);

            if (at.isEmpty()) {
                assertThat(answer.status()).isEqualTo(200);
            } else {
                assertThat(answer.problem()).isEqualTo("validation");
                assertThat(answer.json().at("/errors/0/parameter").asText()).isEqualTo("at");
            }
        }
    }

    @Nested
    class Seek {

        private Api.Answer seek(String query) {
            return api.get(TOPICS + "/orders/partitions/0/seek?" + query);
        }

        @ParameterizedTest
        @CsvSource({
            "position=earliest%2B3, 3",
            "position=earliest+3, 3",
            "position=latest-3, 37",
            "position=latest, 40",
            "position=17, 17",
            "position=40, 40",
            "position=current-3&current=10, 7",
            "position=current%2B3&current=10, 13",
            "position=2000-01-01T00:00:00Z, 0"
        })
        void givesWhatAConsumersSeekWould(String query, long offset) {
            JsonNode answer = seek(query).ok();

            assertThat(answer.get("offset").asLong()).isEqualTo(offset);
            assertThat(answer.get("firstOffset").asLong()).isZero();
            assertThat(answer.get("lastOffset").asLong()).isEqualTo(40);
        }

        @ParameterizedTest
        @CsvSource({
            "position=latest-41, offset-out-of-range",
            "position=41, offset-out-of-range",
            "position=earliest%2B41, offset-out-of-range",
            "position=earliest%2B9223372036854775807, offset-out-of-range",
            "position=current-11&current=10, offset-out-of-range",
            "position=current%2B9223372036854775807&current=9223372036854775807, offset-out-of-range",
            "position=2100-01-01T00:00:00Z, no-record-at-or-after",
            "position=latest-tiered, no-record-at-or-after"
        })
        void neverClamps(String query, String problem) {
            Brokers.assumeKnown(query);
            Api.Answer answer = seek(query);

            assertThat(answer.status()).as(answer.text()).isEqualTo(422);
            assertThat(answer.problem()).isEqualTo(problem);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "position=",
                    "position=current",
                    "position=group:x",
                    "position=none",
                    "position=latest&current=-1",
                    "position=latest&current=x",
                    "position=9223372036854775808"
                })
        void refusesWhatIsNoPosition(String query) {
            assertThat(seek(query).problem()).isEqualTo("validation");
        }

        @ParameterizedTest
        @ValueSource(strings = {"3", "-1", "2147483648", "99999999999999999999", "x", "%20", "0x0", "٠"})
        void answersForAnUnknownPartitionWith404(String partition) {
            String encoded = partition.replace("٠", "%D9%A0");
            Api.Answer answer = api.get(TOPICS + "/orders/partitions/" + encoded + "/seek?position=0");

            assertThat(answer.status()).as(answer.text()).isEqualTo(404);
            assertThat(answer.problem()).isEqualTo("partition-not-found");
        }
    }

    @Nested
    class Records {

        private JsonNode records(String topic, String query) {
            return api.get(TOPICS + "/" + topic + "/partitions/0/records?" + query)
                    .ok();
        }

        @Test
        void areShownWithKeyValueHeadersAndSizes() {
            JsonNode answer = records("orders", "position=latest-2&limit=1");

            assertThat(answer.get("items")).hasSize(1);
            JsonNode record = answer.at("/items/0");
            assertThat(record.get("offset").asLong()).isEqualTo(38);
            assertThat(record.get("timestampType").asText()).isEqualTo("create-time");
            assertThat(record.at("/key/text").asText()).isEqualTo("customer-4");
            assertThat(record.at("/value/json/product").asText()).isEqualTo("tray");
            assertThat(record.at("/headers/0/key").asText()).isEqualTo("source");
            assertThat(record.at("/headers/0/value/text").asText()).isEqualTo("web");
            assertThat(record.at("/sizes/key").asInt()).isEqualTo(10);
            assertThat(answer.get("highWatermark").asLong()).isEqualTo(40);
            assertThat(answer.get("nextOffset").asLong()).isEqualTo(39);
        }

        @Test
        void areShownByWhatTheirBytesAre() {
            String topic = kafka.topic(1);
            byte[] binary = {0, (byte) 0xff, 1};
            send(topic, binary);
            send(topic, "plain".getBytes(StandardCharsets.UTF_8));
            send(topic, "{\"n\":12345678901234567890.10,\"n\":2}".getBytes(StandardCharsets.UTF_8));
            send(topic, null);
            send(topic, "{broken".getBytes(StandardCharsets.UTF_8));

            JsonNode answer = records(topic, "position=earliest");

            assertThat(answer.at("/items/0/value/base64").asText())
                    .isEqualTo(Base64.getEncoder().encodeToString(binary));
            assertThat(answer.at("/items/1/value/text").asText()).isEqualTo("plain");
            assertThat(answer.at("/items/2/value").has("json")).isTrue();
            assertThat(api.get(TOPICS + "/" + topic + "/partitions/0/records?position=2")
                            .text())
                    .as("numbers and repeated keys as they were written")
                    .contains("{\"json\":{\"n\":12345678901234567890.10,\"n\":2}}");
            assertThat(answer.at("/items/3/value").isNull()).isTrue();
            assertThat(answer.at("/items/4/value/text").asText()).isEqualTo("{broken");
            assertThat(records(topic, "position=1&limit=1&format=base64")
                            .at("/items/0/value/base64")
                            .asText())
                    .isEqualTo("cGxhaW4=");
            assertThat(records(topic, "position=2&limit=1&format=text")
                            .at("/items/0/value")
                            .has("text"))
                    .isTrue();
        }

        @Test
        void areCutAtWholeCharactersAndMarked() {
            String topic = kafka.topic(1);
            send(topic, "aé€".getBytes(StandardCharsets.UTF_8));

            JsonNode value = records(topic, "position=earliest&maxBytes=5").at("/items/0/value");

            assertThat(value.get("text").asText()).isEqualTo("aé");
            assertThat(value.get("truncated").asBoolean()).isTrue();
            assertThat(records(topic, "position=earliest&maxBytes=6")
                            .at("/items/0/value")
                            .has("truncated"))
                    .isFalse();
        }

        @Test
        void areReadPastGapsOfCompactionMarkersAndAbortedTransactions() {
            String topic = kafka.topic(1);
            try (KafkaProducer<byte[], byte[]> producer = kafka.transactional()) {
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(topic, 0, null, "aborted".getBytes(StandardCharsets.UTF_8)));
                producer.flush();
                producer.abortTransaction();
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(topic, 0, null, "committed".getBytes(StandardCharsets.UTF_8)));
                producer.commitTransaction();
            }

            JsonNode committed = records(topic, "position=earliest&isolation=read_committed");
            JsonNode all = records(topic, "position=earliest");

            assertThat(committed.get("items")).hasSize(1);
            assertThat(committed.at("/items/0/value/text").asText()).isEqualTo("committed");
            assertThat(committed.at("/items/0/offset").asLong()).isEqualTo(2);
            assertThat(committed.get("nextOffset").asLong()).isEqualTo(4);
            assertThat(committed.get("highWatermark").asLong()).isEqualTo(4);
            assertThat(all.get("items")).hasSize(2);
        }

        @Test
        void ofEveryCompressionAreRead() {
            for (String compression : new String[] {"none", "gzip", "lz4", "snappy", "zstd"}) {
                String topic = kafka.topic(1);
                try (KafkaProducer<byte[], byte[]> producer = kafka.producer(Map.of("compression.type", compression))) {
                    producer.send(new ProducerRecord<>(topic, 0, null, compression.getBytes(StandardCharsets.UTF_8)));
                }

                assertThat(records(topic, "position=earliest")
                                .at("/items/0/value/text")
                                .asText())
                        .isEqualTo(compression);
            }
        }

        @Test
        void stopAtTheByteBoundAndSayWhereToGoOn() {
            String topic = kafka.topic(1);
            byte[] large = new byte[900_000];
            for (int i = 0; i < 8; i++) {
                send(topic, large);
            }

            JsonNode first = records(topic, "position=earliest&limit=500&maxBytes=10&format=base64");
            JsonNode second =
                    records(topic, "position=" + first.get("nextOffset").asLong() + "&limit=500&maxBytes=10");

            assertThat(first.get("cutShort").asBoolean()).isTrue();
            assertThat(first.get("items").size() + second.get("items").size()).isEqualTo(8);
            assertThat(second.get("cutShort").asBoolean()).isFalse();
            assertThat(second.get("nextOffset").asLong()).isEqualTo(8);
        }

        @Test
        void atTheEndAreNone() {
            JsonNode answer = records("orders", "position=latest");

            assertThat(answer.get("items")).isEmpty();
            assertThat(answer.get("nextOffset").asLong()).isEqualTo(40);
        }

        @Test
        void joinNoGroup() {
            records("orders", "position=earliest");

            assertThat(api.get("/api/v1/clusters/local/groups?fresh=true&member=fathom-records")
                            .ok()
                            .get("items"))
                    .isEmpty();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "limit=0",
                    "limit=501",
                    "limit=x",
                    "maxBytes=0",
                    "maxBytes=1048577",
                    "format=xml",
                    "isolation=none",
                    "position=current",
                    "positon=1"
                })
        void areRefusedForParametersOutOfBounds(String query) {
            Api.Answer answer = api.get(TOPICS + "/orders/partitions/0/records?" + query);

            assertThat(answer.status()).as(answer.text()).isEqualTo(400);
            assertThat(answer.json().at("/errors/0/parameter").asText())
                    .isEqualTo(query.substring(0, query.indexOf('=')));
        }

        private void send(String topic, byte[] value) {
            kafka.producer().send(new ProducerRecord<>(topic, 0, null, value));
            kafka.producer().flush();
        }
    }

    @Test
    void namesOfTheServicesOwnTopicsSaySo() {
        String own = kafka.topic("__fathom_" + unique("test"), 1, Map.of());

        assertThat(api.get(TOPICS + "?internal=true&search=__fathom_").ok().get("items"))
                .isNotEmpty()
                .allMatch(topic -> topic.get("owner").asText().equals("fathom"));
        assertThat(api.get(TOPICS + "/orders").ok().has("owner")).isFalse();
        assertThat(api.get(TOPICS + "/" + own).ok().get("owner").asText()).isEqualTo("fathom");
    }

    @Test
    void leavesTheServicesOwnTopicsOutUnlessAskedFor() {
        String own = kafka.topic("__fathom_" + unique("test"), 1, Map.of());

        assertThat(api.get(TOPICS + "?limit=1000").ok().findValuesAsText("name"))
                .contains("orders")
                .noneMatch(name -> name.startsWith("__"));
        assertThat(api.get(TOPICS + "?internal=true&limit=1000").ok().findValuesAsText("name"))
                .contains("orders", own, "__consumer_offsets");
        JsonNode byName = api.get(TOPICS + "?search=" + own).ok();
        assertThat(byName.findValuesAsText("name")).containsExactly(own);
        assertThat(byName.at("/page/total").asInt()).isEqualTo(1);
    }
}
