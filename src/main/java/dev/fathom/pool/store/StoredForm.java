package dev.fathom.pool.store;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.fathom.pool.definition.Definition;
import dev.fathom.pool.definition.SinkSpec;
import dev.fathom.pool.definition.Spec;
import dev.fathom.pool.sink.SinkKind;
import dev.fathom.position.Position;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Definitions and reports as bytes. A reader leaves out fields it does not know, so versions can be mixed. */
@RegisterForReflection(
        targets = {
            Definition.class,
            Definition.Signature.class,
            Definition.KnownTopic.class,
            Definition.Failure.class,
            Spec.Source.class,
            Spec.Membership.class,
            Spec.Start.class,
            Spec.Limits.class,
            Spec.Handling.class,
            Spec.Faults.class,
            Spec.Retry.class
        })
final class StoredForm {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .addModule(new Jdk8Module())
            .addModule(new SimpleModule()
                    .addSerializer(Position.class, ToStringSerializer.instance)
                    .addDeserializer(Position.class, new PositionReader())
                    .addSerializer(Spec.class, new SpecWriter())
                    .addDeserializer(Spec.class, new SpecReader()))
            .addMixIn(SinkSpec.class, Typed.class)
            .registerSubtypes(SinkKind.ALL.stream()
                    .map(kind -> new NamedType(kind.spec(), kind.type()))
                    .toArray(NamedType[]::new))
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private StoredForm() {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = SinkKind.TYPE)
    private interface Typed {}

    private static final class PositionReader extends JsonDeserializer<Position> {
        @Override
        public Position deserialize(JsonParser json, DeserializationContext context) throws IOException {
            return Position.parse(json.getText());
        }
    }

    /** The parts of a spec are stored side by side: version 1.0.0 knew no parts. */
    private static final class SpecWriter extends JsonSerializer<Spec> {
        @Override
        public void serialize(Spec spec, JsonGenerator json, SerializerProvider provider) throws IOException {
            ObjectNode all = JSON.createObjectNode();
            List.of(spec.source(), spec.membership(), spec.start(), spec.limits(), spec.handling(), spec.faults())
                    .forEach(part -> all.setAll((ObjectNode) JSON.<JsonNode>valueToTree(part)));
            json.writeTree(all);
        }
    }

    private static final class SpecReader extends JsonDeserializer<Spec> {
        @Override
        public Spec deserialize(JsonParser json, DeserializationContext context) throws IOException {
            JsonNode all = json.readValueAsTree();
            return new Spec(
                    JSON.treeToValue(all, Spec.Source.class),
                    JSON.treeToValue(all, Spec.Membership.class),
                    JSON.treeToValue(all, Spec.Start.class),
                    JSON.treeToValue(all, Spec.Limits.class),
                    JSON.treeToValue(all, Spec.Handling.class),
                    JSON.treeToValue(all, Spec.Faults.class));
        }
    }

    static byte[] bytes(Object value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Empty for bytes that are none. */
    static <T> Optional<T> read(byte[] bytes, Class<T> kind) {
        try {
            return Optional.ofNullable(JSON.readValue(bytes, kind));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
