package dev.fathom.cluster;

import java.util.Map;

/** What must be there: answers have an entry for every key that was asked for, and exceptions say what is wrong. */
public final class Required {

    private Required() {}

    /** What an exception says, or its kind where it says nothing. */
    public static String message(Throwable problem) {
        String message = problem.getMessage();
        return message == null ? problem.getClass().getSimpleName() : message;
    }

    /**
     * The value of a key.
     *
     * @throws IllegalStateException naming the key, where there is none
     */
    public static <K, V> V in(Map<? super K, ? extends V> values, K key) {
        V value = values.get(key);
        if (value == null) {
            throw new IllegalStateException("There is no entry for " + key + ".");
        }
        return value;
    }
}
