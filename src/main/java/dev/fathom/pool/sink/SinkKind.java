package dev.fathom.pool.sink;

import dev.fathom.pool.definition.SinkSpec;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A kind of sink: how it is written in a definition, and how one is opened. Its spec knows its rules, and is stored as the
 * record it is, with its {@code type}. A new kind is a spec with its kind, a {@link Sink}, and its place in {@link #ALL}.
 */
public abstract class SinkKind<S extends SinkSpec> {

    @SuppressWarnings("ClassInitializationDeadlock") // The kinds are made here, and touched nowhere else.
    public static final List<SinkKind<?>> ALL =
            List.of(new WebhookSpec.Kind(), new TopicSpec.Kind(), new LogSpec.Kind());

    /** The field that names the kind. */
    public static final String TYPE = "type";

    private static final String TYPES = ALL.stream().map(SinkKind::type).collect(Collectors.joining(", "));

    private final String type;
    private final String summary;
    private final Class<S> spec;
    private final List<SinkField<S, ?>> fields;

    /** @param summary of what it does with records, for the contract */
    SinkKind(String type, String summary, Class<S> spec, List<SinkField<S, ?>> fields) {
        this.type = type;
        this.summary = summary;
        this.spec = spec;
        this.fields = fields;
    }

    /**
     * What a sink of one member is opened with.
     *
     * @param handlerTimeout after which a call counts as failed
     * @param batches writes to a topic, records together
     * @param alone writes to a topic, each by itself
     */
    record Opening(
            Sinks service,
            Duration handlerTimeout,
            Function<String, TopicWriter> batches,
            Function<String, TopicWriter> alone) {}

    public String type() {
        return type;
    }

    public String summary() {
        return summary;
    }

    public Class<S> spec() {
        return spec;
    }

    public List<SinkField<S, ?>> fields() {
        return fields;
    }

    /** @param fields none of which is refused */
    abstract S read(Map<String, Object> fields);

    /** Why it cannot be opened on this service, with where in the spec that lies; empty when it can. */
    Optional<Map.Entry<String, String>> refusal(S spec, Sinks service) {
        return Optional.empty();
    }

    abstract Sink open(S spec, Opening opening);

    @SuppressWarnings("unchecked")
    static <S extends SinkSpec> SinkKind<S> of(S spec) {
        return (SinkKind<S>) ALL.stream()
                .filter(kind -> kind.spec == spec.getClass())
                .findFirst()
                .orElseThrow();
    }

    /** A sink as a definition has it, with every default filled in. */
    public static Map<String, Object> written(SinkSpec spec) {
        return of(spec).fieldsOf(spec);
    }

    private Map<String, Object> fieldsOf(SinkSpec of) {
        Map<String, Object> written = new LinkedHashMap<>(Map.of(TYPE, type));
        fields.forEach(field -> written.put(field.name(), field.written().apply(spec.cast(of))));
        written.values().removeIf(Objects::isNull);
        return written;
    }

    /**
     * Reads a sink as a definition has it.
     *
     * @param written null where there is none
     * @param errors told where in the sink something is wrong, and what
     */
    public static Optional<SinkSpec> read(Map<String, Object> written, BiConsumer<String, String> errors) {
        Object type = written == null ? null : written.get(TYPE);
        Optional<SinkKind<?>> kind =
                ALL.stream().filter(any -> any.type.equals(type)).findFirst();
        if (kind.isEmpty()) {
            errors.accept(
                    written == null ? "" : "/" + TYPE,
                    (type == null ? "required: one" : "\"" + type + "\" is not one") + " of " + TYPES + ".");
        }
        return kind.flatMap(known -> known.checked(written, errors));
    }

    private Optional<S> checked(Map<String, Object> written, BiConsumer<String, String> errors) {
        Map<String, String> wrong = new LinkedHashMap<>();
        written.forEach((name, value) -> {
            if (value != null && !name.equals(TYPE)) {
                wrong.put(name, "is not a field of a sink of type " + type + ".");
            }
        });
        for (SinkField<S, ?> field : fields) {
            wrong.remove(field.name());
            field.refusal(written.get(field.name())).ifPresent(why -> wrong.put(field.name(), why));
        }
        wrong.forEach((name, why) -> errors.accept("/" + name.replace("~", "~0").replace("/", "~1"), why));
        return wrong.isEmpty() ? Optional.of(read(written)) : Optional.empty();
    }
}
