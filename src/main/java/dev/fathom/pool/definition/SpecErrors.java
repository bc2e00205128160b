package dev.fathom.pool.definition;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The validation errors of one spec. */
public final class SpecErrors {

    private static final int LONGEST_TOPIC = 249;
    private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

    private final List<SpecError> all = new ArrayList<>();

    /**
     * One validation error.
     *
     * @param pointer into the spec, as {@code /topics/0}
     */
    public record SpecError(String pointer, String message) {}

    public List<SpecError> all() {
        return List.copyOf(all);
    }

    public void add(String pointer, String message) {
        all.add(new SpecError(pointer, message));
    }

    public <T extends Comparable<T>> void between(String pointer, T value, T least, T most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            add(pointer, value + " is not from " + least + " to " + most + ".");
        }
    }

    public void topic(String pointer, String name) {
        if (!TOPIC.matcher(name).matches() || name.equals(".") || name.equals("..")) {
            add(pointer, "takes the name of a topic: 1 to " + LONGEST_TOPIC + " letters, digits and . _ -");
        }
    }
}
