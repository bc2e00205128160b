package dev.fathom.http;

import static dev.fathom.testing.Api.item;
import static dev.fathom.testing.Api.row;
import static dev.fathom.testing.Kafka.unique;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Api;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.FathomTest;
import dev.fathom.testing.RawMember;
import dev.fathom.testing.WithKafka;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Assignment;
import org.apache.kafka.clients.consumer.internals.ConsumerProtocol;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What the members of a classic group assign each other is theirs: any bytes, and any numbers in them. */
@FathomTest
class OddAssignmentsTest extends WithKafka {

    private static final String LOCAL = "/api/v1/clusters/local";

    private static final List<String> ODD_TOPICS =
            List.of("", "..", "a/b", "no\u0000ne", "\ud83e\udd86", "x".repeat(300));

    private final Api api = Api.underTest();
    private String topic;
    private String group;
    private String other;

    @BeforeEach
    void fill() {
        topic = kafka.topic(2);
        group = unique("odd");
        other = group + "-other";
        kafka.produce(topic, 0, 5);
        kafka.commit(group, Map.of(new TopicPartition(topic, 0), 2L));
        kafka.commit(other, Map.of(new TopicPartition(topic, 0), 1L));
    }

    private RawMember assigned(byte[] bytes) {
        return new RawMember(Brokers.main().bootstrapServers(), group, bytes);
    }

    private static byte[] bytes(Assignment assignment) {
        ByteBuffer buffer = ConsumerProtocol.serializeAssignment(assignment);
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private JsonNode ok(String path) {
        return api.get(LOCAL + path + (path.contains("?") ? "&" : "?") + "fresh=true")
                .ok();
    }

    private JsonNode listed() {
        JsonNode list = ok("/groups?include=lag&limit=1000&search=" + group);
        assertThat(list.get("problems")).isEmpty();
        assertThat(item(list, "id", other).at("/lag/total").asLong()).isEqualTo(4);
        return item(list, "id", group);
    }

    @Test
    void ofPartitionsThatCannotBeAreRowsOfTheirOwn() {
        List<Integer> claimed = List.of(-1, Integer.MIN_VALUE, 1, 2, Integer.MAX_VALUE);
        byte[] bytes = bytes(new Assignment(Stream.concat(
                        claimed.stream().map(number -> new TopicPartition(topic, number)),
                        ODD_TOPICS.stream().map(odd -> new TopicPartition(odd, 0)))
                .toList()));
        try (RawMember member = assigned(bytes)) {
            assertThat(listed().at("/lag/total").asLong()).isEqualTo(3);
            JsonNode rows = ok("/groups/" + group + "/offsets");

            assertThat(StreamSupport.stream(rows.get("items").spliterator(), false)
                            .filter(row -> row.get("topic").asText().equals(topic))
                            .map(row -> row.get("partition").asText()))
                    .containsExactly("-2147483648", "-1", "0", "1", "2", "2147483647");
            assertThat(row(rows, topic, 0).get("lag").asLong()).isEqualTo(3);
            assertThat(row(rows, topic, 1).at("/member/memberId").asText()).isEqualTo(member.memberId());
            for (int gone : List.of(Integer.MIN_VALUE, -1, 2, Integer.MAX_VALUE)) {
                assertThat(row(rows, topic, gone).get("status").asText()).isEqualTo("partition-gone");
                assertThat(row(rows, topic, gone).get("lag").isNull()).isTrue();
            }
            for (String odd : ODD_TOPICS) {
                assertThat(row(rows, odd, 0).get("status").asText()).isEqualTo("topic-deleted");
            }
            assertThat(ok("/topics/" + topic + "/groups").get("items").findValuesAsText("id"))
                    .contains(group, other);
        }
    }

    @Nested
    class ThatCannotBeDecoded {

        private final byte[] garbage = HexFormat.of().parseHex("000100000005ffff");

        @Test
        void hideNeitherTheGroupNorTheOthers() {
            try (RawMember member = assigned(garbage)) {
                JsonNode listed = listed();
                assertThat(listed.get("members").asInt()).isEqualTo(1);
                assertThat(listed.get("state").asText()).isEqualTo("stable");
                assertThat(listed.at("/lag/total").asLong()).isEqualTo(3);

                JsonNode detail = ok("/groups/" + group);
                assertThat(detail.get("type").asText()).isEqualTo("classic");
                assertThat(detail.get("protocol").asText()).isEqualTo("consumer");
                assertThat(detail.get("assignor").asText()).isEqualTo("any");
                assertThat(detail.at("/coordinator/id").asInt()).isEqualTo(1);
                assertThat(detail.get("authorizedOperations").toString()).contains("read");
                JsonNode only = detail.at("/members/0");
                assertThat(only.get("memberId").asText()).isEqualTo(member.memberId());
                assertThat(only.get("clientId").asText()).isEqualTo("raw-member");
                assertThat(only.get("assignment")).isEmpty();
                assertThat(only.get("assignmentProblem").asText()).contains("8 bytes");
                JsonNode row = row(ok("/groups/" + group + "/offsets"), topic, 0);
                assertThat(row.get("lag").asLong()).isEqualTo(3);
                assertThat(row.get("stale").asBoolean()).isFalse();
                assertThat(ok("/groups/" + group + "/members").get("items")).hasSize(1);
                assertThat(ok("/groups/" + group + "/lag").get("total").asLong())
                        .isEqualTo(3);
            }
        }

        @Test
        void areInTheWayOfAResetAsAnyMemberAndOfNothingOnceTheyAreGone() {
            String resets = LOCAL + "/groups/" + group + "/resets";
            String body = "{\"dryRun\":false,\"to\":\"earliest\"}";
            try (RawMember member = assigned(garbage)) {
                Api.Answer refused = api.post(resets, body);
                assertThat(refused.problem()).isEqualTo("group-not-empty");
                assertThat(refused.json().at("/members/0/memberId").asText()).isEqualTo(member.memberId());
                assertThat(api.delete(LOCAL + "/groups/" + group + "/offsets?topic=" + topic + "&dryRun=false")
                                .problem())
                        .isEqualTo("topic-subscribed");
            }
            assertThat(api.post(resets, body).ok().findValuesAsText("outcome")).contains("applied");
        }

        @Test
        void areRemovedWithTheirMembers() {
            try (RawMember member = assigned(garbage)) {
                JsonNode removed = api.delete(LOCAL + "/groups/" + group + "/members?all=true&dryRun=false")
                        .ok();
                assertThat(removed.toString()).contains(member.memberId());
                assertThat(ok("/groups/" + group).get("state").asText()).isEqualTo("empty");
            }
        }
    }
}
