package dev.fathom.http.group;

import dev.fathom.cluster.WireNames;
import dev.fathom.operation.Blocker;
import org.jspecify.annotations.Nullable;

/** Whose a group or topic is, where it is not a user's. */
public enum Owner {
    /** The service itself runs on it. */
    FATHOM;

    /** In words, by the name of a group or topic; null for a user's. */
    public static @Nullable String of(String name) {
        return Blocker.isOwn(name) ? WireNames.of(FATHOM) : null;
    }
}
