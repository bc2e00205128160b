package dev.fathom.pool.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.pool.definition.SinkSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SinkKindTest {

    private final Map<String, String> errors = new HashMap<>();

    private Optional<SinkSpec> read(Map<String, Object> written) {
        return SinkKind.read(written, errors::put);
    }

    static Stream<SinkSpec> specs() {
        return Stream.of(
                new WebhookSpec("https://a.example/", Optional.empty(), Map.of(), List.of()),
                new WebhookSpec("https://a.example/", Optional.of("hook"), Map.of("a", "b"), List.of("c", "d*")),
                new TopicSpec("copy"),
                new LogSpec(LogSpec.Level.WARN, 7));
    }

    @ParameterizedTest
    @MethodSource("specs")
    void whatIsWrittenIsReadAsItWas(SinkSpec spec) {
        assertThat(read(SinkKind.written(spec))).contains(spec);
        assertThat(errors).isEmpty();
    }

    @Test
    void everyFieldIsDeclaredOnce() {
        List<String> names = SinkKind.ALL.stream()
                .flatMap(kind -> kind.fields().stream().map(SinkField::name))
                .toList();

        assertThat(names).doesNotHaveDuplicates().doesNotContain(SinkKind.TYPE);
        assertThat(SinkKind.ALL).extracting(SinkKind::type).doesNotHaveDuplicates();
    }

    @Test
    void nullIsAsGoodAsNothing() {
        Map<String, Object> log = new HashMap<>(Map.of("type", "log"));
        log.put("level", null);
        log.put("url", null);

        assertThat(read(log)).contains(new LogSpec(LogSpec.Level.INFO, 1));
    }

    @Test
    void everythingThatIsWrongIsNamed() {
        assertThat(read(Map.of(
                        "type", "webhook", "secretRef", 5, "headers", Map.of("a", 1), "level", "info", "x/y", 1)))
                .isEmpty();
        assertThat(errors).containsOnlyKeys("/url", "/secretRef", "/headers", "/level", "/x~1y");
        assertThat(errors.get("/level")).contains("webhook");
        assertThat(errors.get("/x~1y")).contains("webhook");
    }

    @Test
    void aKindNobodyKnowsIsRefusedWithThoseThereAre() {
        assertThat(read(Map.of("type", "mail"))).isEmpty();
        assertThat(errors.get("/type")).contains("mail", "webhook", "topic", "log");
        assertThat(read(Map.of())).isEmpty();
        assertThat(read(null)).isEmpty();
        assertThat(errors).containsOnlyKeys("/type", "");
    }
}
