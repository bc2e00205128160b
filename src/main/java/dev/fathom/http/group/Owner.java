package dev.fathom.http.group;

import dev.fathom.cluster.WireNames;
import dev.fathom.operation.Blocker;

/** Whose a group or topic is, where it is not a user's. */
public enum Owner {
    /** The service itself runs on it. */
    FATHOM;

    /** In words, by the name of a group or topic; null for a user's. */
    public static String of(String name) {
        return Blocker.isOwn(name) ? WireNames.of(FATHOM) : null;
    }
}
