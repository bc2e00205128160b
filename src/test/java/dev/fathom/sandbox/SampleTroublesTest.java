package dev.fathom.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Api;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.FathomTest;
import dev.fathom.testing.Kafka;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Each trouble of the sample world is seen as what it is. */
@FathomTest
class SampleTroublesTest {

    private static final Map<String, String> VERDICTS = Map.of(
            "mailer", "stalled",
            "recommender", "behind",
            "payouts", "blocked",
            "newsletter", "rewound",
            "thumbnails", "unstable");

    private final Api api = Api.underTest();

    @Test
    void eachGroupGetsItsVerdict() {
        String bootstrapServers = Brokers.three().get(0).bootstrapServers();
        Map<String, String> seen = new TreeMap<>();
        Set<String> waited = new HashSet<>(VERDICTS.keySet());
        try (Kafka kafka = new Kafka(bootstrapServers)) {
            kafka.topic(SampleWorld.PAYMENTS, 1, Map.of());
        }
        try (SampleTraffic traffic = SampleTraffic.start(bootstrapServers, false)) {
            SampleTroubles.join(traffic, Duration.ofSeconds(6));
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                JsonNode groups =
                        api.get("/api/v1/clusters/three/groups?limit=1000").ok();
                for (JsonNode group : groups.get("items")) {
                    String id = group.get("id").asText();
                    String verdict = group.get("verdict").asText();
                    if (verdict.equals(VERDICTS.get(id))) {
                        waited.remove(id);
                    }
                    seen.put(id, verdict);
                }
                assertThat(waited).as(seen::toString).isEmpty();
            });
        }
        try (Kafka kafka = new Kafka(bootstrapServers)) {
            List.of("letters", "views", "campaigns", "payments").forEach(kafka::deleteTopic);
        }
    }
}
