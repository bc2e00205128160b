package dev.fathom.pool.sink;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A field of a kind of sink, as it is written in a definition.
 *
 * @param words all the values it takes; empty where any of the type is one
 * @param written its value in a spec; null where it is left out
 */
public record SinkField<S, T>(
        String name, Type type, boolean needed, List<String> words, String description, Function<S, T> written) {

    /** What a field holds, in JSON. */
    public enum Type {
        TEXT,
        WHOLE_NUMBER,
        TEXTS,
        TEXT_BY_NAME
    }

    SinkField(String name, Type type, boolean needed, String description, Function<S, T> written) {
        this(name, type, needed, List.of(), description, written);
    }

    private boolean holds(Object given) {
        return switch (type) {
            case TEXT -> given instanceof String;
            case WHOLE_NUMBER -> given instanceof Integer;
            case TEXTS -> given instanceof List<?> list && areTexts(list);
            case TEXT_BY_NAME -> given instanceof Map<?, ?> map && areTexts(map.values());
        };
    }

    private static boolean areTexts(Collection<?> all) {
        return all.stream().allMatch(String.class::isInstance);
    }

    /** Why this cannot be its value; empty when it can. */
    Optional<String> refusal(@Nullable Object given) {
        if (given == null) {
            return needed ? Optional.of("required.") : Optional.empty();
        }
        if (!holds(given)) {
            return Optional.of("not of the type the contract asks for here.");
        }
        return words.isEmpty() || words.contains(given)
                ? Optional.empty()
                : Optional.of("\"" + given + "\" is not one of " + String.join(", ", words) + ".");
    }

    /** Its value, where it is given and not refused. */
    @SuppressWarnings("unchecked")
    Optional<T> in(Map<String, Object> fields) {
        return Optional.ofNullable((T) fields.get(name));
    }
}
