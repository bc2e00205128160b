package dev.fathom.http.model;

import java.util.OptionalInt;

/** Numbers as fields: one that is absent is null. */
final class Numbers {

    private Numbers() {}

    static Integer orNull(OptionalInt number) {
        return number.isPresent() ? Integer.valueOf(number.getAsInt()) : null;
    }
}
