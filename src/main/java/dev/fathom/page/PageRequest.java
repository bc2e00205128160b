package dev.fathom.page;

import java.util.Optional;

/**
 * Which part of a list is wanted.
 *
 * @param limit the most items; {@link #ALL} for no limit
 * @param after the key of the item before the first wanted; empty for the start of the list
 */
public record PageRequest(int limit, Optional<String> after) {

    public static final int ALL = Integer.MAX_VALUE;

    public static PageRequest all() {
        return new PageRequest(ALL, Optional.empty());
    }

    public static PageRequest first(int limit) {
        return new PageRequest(limit, Optional.empty());
    }
}
