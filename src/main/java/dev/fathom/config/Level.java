package dev.fathom.config;

import java.util.Locale;

/** How much a caller may do. Each includes those before it. */
public enum Level {
    /** Reads, and plans: every dry run is a read. */
    VIEWER,
    /** Moves offsets, removes members, commands managed consumers. */
    OPERATOR,
    /** Deletes groups and offsets, and defines managed consumers. */
    ADMIN;

    public boolean includes(Level other) {
        return compareTo(other) >= 0;
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
