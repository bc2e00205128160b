package dev.fathom.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Api;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.FathomTest;
import dev.fathom.testing.Kafka;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A group id may be any text. Each is found under the path the service itself gives for it, and never another. */
@FathomTest
class OddIdsTest {

    private static final String GROUPS = "/api/v1/clusters/local/groups";
    private static final String TOPIC = "read-by-odd-ids";

    private final Api api = Api.underTest();

    static List<String> ids() {
        return List.of(
                "",
                ".",
                "..",
                "~",
                "~abc",
                "/",
                "a/b",
                "a//b",
                "..%2f",
                "%",
                "%00",
                "%2F",
                "a b",
                "a+b",
                " leading",
                "trailing ",
                "a;jsessionid=1",
                "a?b=c",
                "a#b",
                "line\nbreak",
                "null\u0000byte",
                "emoji 🦆",
                "umlaut ü",
                "combining e\u0301",
                "rtl \u202e",
                "\"quoted\", 'and' <script>",
                "*!'()",
                "x".repeat(10_000));
    }

    @ParameterizedTest
    @MethodSource("ids")
    void isFoundUnderItsOwnPath(String id) {
        try (Kafka kafka = new Kafka(Brokers.main().bootstrapServers())) {
            if (!Kafka.get(kafka.admin().listTopics().names()).contains(TOPIC)) {
                kafka.topic(TOPIC, 1, Map.of());
            }
            kafka.commit(id, Map.of(new TopicPartition(TOPIC, 0), 7L));
        }

        JsonNode list = api.post(
                        "/api/v1/clusters/local/lag/query?fresh=true", "{\"groups\":[\"" + escaped(id) + "\"]}")
                .ok();
        assertThat(list.get("problems")).isEmpty();
        String self = list.at("/items/0/self").asText();
        Api.Answer detail = api.get(self);
        Api.Answer offsets = api.get(self + "/offsets");

        if (id.length() > 5_000) {
            assertThat(detail.status()).as("longer than a request line may be").isIn(200, 414);
            return;
        }
        assertThat(detail.ok().get("id").asText()).isEqualTo(id);
        assertThat(detail.ok().get("self").asText()).isEqualTo(self);
        assertThat(offsets.ok().at("/items/0/committedOffset").asLong()).isEqualTo(7);
        String tilde = GROUPS + "/~"
                + Base64.getUrlEncoder().withoutPadding().encodeToString(id.getBytes(StandardCharsets.UTF_8));
        assertThat(api.get(tilde).ok().get("id").asText()).isEqualTo(id);
    }

    private static String escaped(String id) {
        StringBuilder escaped = new StringBuilder();
        id.chars().forEach(c -> escaped.append(String.format("\\u%04x", c)));
        return escaped.toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/%ff", "/%c0%af", "/%ed%a0%80", "/~%ff", "/~x", "/~YWJj=", "/~YWJjZ", "/~YW%20Jj", "/~4pyA_w"})
    void isRefusedWhenTheSegmentIsNotValid(String path) {
        Api.Answer answer = api.get(GROUPS + path);

        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.problem()).isEqualTo("validation");
    }

    @Test
    void aSemicolonThatIsNotEncodedIsRefusedAndCutsNothingOff() {
        Api.Answer answer = api.get(GROUPS + "/invoices;jsessionid=1");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("detail").asText()).contains("%3B");
        assertThat(api.get("/" + GROUPS + "/invoices;jsessionid=1").status())
                .as("nor by a path that is only tidied up later")
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%2e%2e", "/.%2E", "/%2e"})
    void aDotSegmentIsRefusedAndLeadsNowhereElse(String path) {
        assertThat(api.get(GROUPS + path).status()).isEqualTo(400);
    }

    @Test
    void encodingTwiceIsAnotherId() {
        assertThat(api.get(GROUPS + "/invoice%2573").problem()).isEqualTo("group-not-found");
    }
}
