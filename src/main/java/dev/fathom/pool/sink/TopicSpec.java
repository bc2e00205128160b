package dev.fathom.pool.sink;

import dev.fathom.pool.definition.SinkSpec;
import dev.fathom.pool.definition.SpecErrors;
import dev.fathom.pool.definition.SpecRules;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Forwards each record to another topic. */
@RegisterForReflection
public record TopicSpec(String name) implements SinkSpec {

    @Override
    public Optional<String> topic() {
        return Optional.of(name);
    }

    @Override
    public void check(SpecErrors errors) {
        errors.topic(SpecRules.SINK_TOPIC, name);
    }

    static final class Kind extends SinkKind<TopicSpec> {

        private static final SinkField<TopicSpec, String> TOPIC =
                new SinkField<>("topic", SinkField.Type.TEXT, true, "an existing topic.", TopicSpec::name);

        Kind() {
            super("topic", "another topic", TopicSpec.class, List.of(TOPIC));
        }

        @Override
        TopicSpec read(Map<String, Object> fields) {
            return new TopicSpec(TOPIC.in(fields).orElseThrow());
        }

        @Override
        Sink open(TopicSpec spec, Opening opening) {
            return new TopicSink(
                    opening.batches().apply(spec.name()), opening.alone().apply(spec.name()));
        }
    }
}
