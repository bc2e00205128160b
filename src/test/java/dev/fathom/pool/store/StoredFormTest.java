package dev.fathom.pool.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.pool.definition.Definition;
import dev.fathom.pool.definition.Desired;
import dev.fathom.pool.definition.SinkSpec;
import dev.fathom.pool.definition.Spec;
import dev.fathom.pool.sink.LogSpec;
import dev.fathom.pool.sink.TopicSpec;
import dev.fathom.pool.sink.WebhookSpec;
import dev.fathom.position.Position;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StoredFormTest {

    /** As version 1.0.0 wrote it, with one of three sinks. */
    private static final String RELEASED = """
            {"name":"a-name","uid":"uid-1","version":2,"generation":1,"desired":"PAUSED","spec":{
              "topics":["orders","more"],"groupId":"billing","members":3,"startFrom":"earliest",
              "onOutOfRange":"LATEST","onOffsetsLost":"START_FROM","isolation":"READ_UNCOMMITTED","ordering":"KEY",
              "lanes":4,"queueCapacity":50,"queueBytes":1048576,"commitInterval":"PT5S","minBytes":2,
              "maxBytes":2097152,"maxWait":"PT0.25S","retry":{"maxAttempts":7,"initial":"PT0.1S","multiplier":1.5,
              "max":"PT9S","jitter":"NONE","stuckAfter":"PT3M"},"onExhausted":"SKIP","acknowledgeLoss":true,
              "deadLetterTopic":"dead","sink":%s,"handlerTimeout":"PT6S","drainTimeout":"PT7S","protocol":"CONSUMER"},
             "created":{"by":"me","at":"2026-11-20T10:15:00Z"},"updated":{"by":"me","at":"2026-11-20T10:15:00Z"},
             "note":null,"known":{"orders":{"topicId":"id-1","partitions":6}},
             "failure":null,"reset":null,"deleting":false}""";

    private static Definition definition(SinkSpec sink) {
        Spec.Retry retry = new Spec.Retry(
                7, Duration.ofMillis(100), 1.5, Duration.ofSeconds(9), Spec.Jitter.NONE, Duration.ofMinutes(3));
        Spec spec = new Spec(
                new Spec.Source(
                        List.of("orders", "more"),
                        Spec.IsolationLevel.READ_UNCOMMITTED,
                        2,
                        1 << 21,
                        Duration.ofMillis(250)),
                new Spec.Membership("billing", 3, Spec.Protocol.CONSUMER),
                new Spec.Start(Position.parse("earliest"), Spec.OnOutOfRange.LATEST, Spec.OnOffsetsLost.START_FROM),
                new Spec.Limits(50, 1 << 20, Duration.ofSeconds(5), Duration.ofSeconds(7)),
                new Spec.Handling(sink, Spec.Ordering.KEY, 4, Duration.ofSeconds(6)),
                new Spec.Faults(retry, Spec.OnExhausted.SKIP, true, Optional.of("dead")));
        return Definition.created(
                        "a-name",
                        "uid-1",
                        Desired.PAUSED,
                        spec,
                        new Definition.Signature("me", Instant.parse("2026-11-20T10:15:00Z")))
                .knowing(Map.of("orders", new Definition.KnownTopic("id-1", 6)));
    }

    static Stream<Arguments> sinks() {
        return Stream.of(
                Arguments.of(
                        new WebhookSpec(
                                "https://a.example/", Optional.of("hook"), Map.of("a", "b"), List.of("traceparent")),
                        "{\"type\":\"webhook\",\"url\":\"https://a.example/\",\"secretRef\":\"hook\","
                                + "\"headers\":{\"a\":\"b\"},\"passHeaders\":[\"traceparent\"]}"),
                Arguments.of(new TopicSpec("copy"), "{\"type\":\"topic\",\"name\":\"copy\"}"),
                Arguments.of(new LogSpec(LogSpec.Level.WARN, 9), "{\"type\":\"log\",\"level\":\"WARN\",\"sample\":9}"));
    }

    /** Replicas of both versions read the topic while a service is updated. */
    @ParameterizedTest
    @MethodSource("sinks")
    void aDefinitionIsStoredAsVersion100StoredIt(SinkSpec sink, String stored) throws IOException {
        String released = RELEASED.formatted(stored);
        Definition definition = definition(sink);

        assertThat(StoredForm.read(released.getBytes(StandardCharsets.UTF_8), Definition.class))
                .contains(definition);
        ObjectMapper json = new ObjectMapper();
        assertThat(json.readTree(StoredForm.bytes(definition))).isEqualTo(json.readTree(released));
    }

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

        Optional<SinkSpec> read = StoredForm.read(stored.getBytes(StandardCharsets.UTF_8), SinkSpec.class);

        assertThat(read)
                .contains(
                        new WebhookSpec("https://a.example/", Optional.of("hook"), Map.of("pass", "fixed"), List.of()));
    }

    @Test
    void whatIsStoredIsReadAsItWas() {
        SinkSpec webhook = new WebhookSpec(
                "https://a.example/", Optional.empty(), Map.of("pass", "fixed"), List.of("traceparent", "ce_*"));

        assertThat(StoredForm.read(StoredForm.bytes(webhook), SinkSpec.class)).contains(webhook);
    }
}
