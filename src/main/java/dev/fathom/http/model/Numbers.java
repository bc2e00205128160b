package dev.fathom.http.model;

import java.util.OptionalInt;
import java.util.OptionalLong;

/** Numbers as fields: one that is absent is null. */
final class Numbers {

    private Numbers() {}

    static Integer orNull(OptionalInt number) {
        return number.isPresent() ? Integer.valueOf(number.getAsInt()) : null;
    }

    static Long orNull(OptionalLong number) {
        return number.isPresent() ? Long.valueOf(number.getAsLong()) : null;
    }
}
