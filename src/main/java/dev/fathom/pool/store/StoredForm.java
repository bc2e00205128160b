package dev.fathom.pool.store;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.fathom.pool.definition.Definition;
import dev.fathom.pool.definition.Spec;
import dev.fathom.position.Position;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.IOException;
import java.util.Optional;

/** Definitions and reports as bytes. A reader leaves out fields it does not know, so versions can be mixed. */
@RegisterForReflection(
        targets = {
            Definition.class,
            Definition.Signature.class,
            Definition.KnownTopic.class,
            Definition.Failure.class,
            Spec.class,
            Spec.Retry.class,
            Spec.Webhook.class,
            Spec.ToTopic.class,
            Spec.Log.class
        })
final class StoredForm {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .addModule(new Jdk8Module())
            .addModule(new SimpleModule()
                    .addSerializer(Position.class, new PositionWriter())
                    .addDeserializer(Position.class, new PositionReader()))
            .addMixIn(Spec.SinkSpec.class, SinkKinds.class)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private StoredForm() {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Spec.Webhook.class, name = "webhook"),
        @JsonSubTypes.Type(value = Spec.ToTopic.class, name = "topic"),
        @JsonSubTypes.Type(value = Spec.Log.class, name = "log")
    })
    private interface SinkKinds {}

    private static final class PositionWriter extends StdSerializer<Position> {
        private static final long serialVersionUID = 1L;

        private PositionWriter() {
            super(Position.class);
        }

        @Override
        public void serialize(Position position, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeString(position.toString());
        }
    }

    private static final class PositionReader extends StdDeserializer<Position> {
        private static final long serialVersionUID = 1L;

        private PositionReader() {
            super(Position.class);
        }

        @Override
        public Position deserialize(JsonParser json, DeserializationContext context) throws IOException {
            return Position.parse(json.getText());
        }
    }

    static byte[] bytes(Object value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Empty for what is none. */
    static <T> Optional<T> read(byte[] bytes, Class<T> kind) {
        try {
            return Optional.ofNullable(JSON.readValue(bytes, kind));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
