package dev.fathom.http.page;

import org.jspecify.annotations.Nullable;

/**
 * Whether a button can be used.
 *
 * @param why it cannot; null where it can
 */
record Permit(@Nullable String why) {

    static final Permit GIVEN = new Permit(null);

    public boolean given() {
        return why == null;
    }
}
