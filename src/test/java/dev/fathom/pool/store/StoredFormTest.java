package dev.fathom.pool.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.pool.definition.Spec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StoredFormTest {

    @Test
    void definitionsThatWereStoredBeforeAFieldWasKnownHaveItsDefault() {
        String older =
                "{\"maxAttempts\":7,\"initial\":\"PT1S\",\"multiplier\":2.0,\"max\":\"PT9S\",\"jitter\":\"NONE\"}";

        Spec.Retry read = StoredForm.read(older.getBytes(StandardCharsets.UTF_8), Spec.Retry.class)
                .orElseThrow();

        assertThat(read.maxAttempts()).isEqualTo(7);
        assertThat(read.stuckAfter()).isEqualTo(Duration.ofMinutes(15));
        assertThat(StoredForm.read(StoredForm.bytes(read), Spec.Retry.class)).contains(read);
    }

    @Test
    void aWebhookThatWasStoredBeforeHeadersCouldBePassedIsReadAsOneThatPassesNone() {
        String stored = "{\"type\":\"webhook\",\"url\":\"https://a.example/\",\"secretRef\":\"hook\","
                + "\"headers\":{\"pass\":\"fixed\"}}";

        Optional<Spec.SinkSpec> read = StoredForm.read(stored.getBytes(StandardCharsets.UTF_8), Spec.SinkSpec.class);

        assertThat(read)
                .contains(new Spec.Webhook(
                        "https://a.example/", Optional.of("hook"), Map.of("pass", "fixed"), List.of()));
    }

    @Test
    void whatIsStoredIsReadAsItWas() {
        Spec.SinkSpec webhook = new Spec.Webhook(
                "https://a.example/", Optional.empty(), Map.of("pass", "fixed"), List.of("traceparent", "ce_*"));

        assertThat(StoredForm.read(StoredForm.bytes(webhook), Spec.SinkSpec.class))
                .contains(webhook);
    }
}
