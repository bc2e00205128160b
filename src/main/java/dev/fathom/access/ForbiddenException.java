package dev.fathom.access;

import dev.fathom.config.Level;

/** A caller lacks a grant. The message says which, and nothing of what is there. */
public class ForbiddenException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ForbiddenException(String message) {
        super(message);
    }

    static ForbiddenException of(Level level, String what) {
        return new ForbiddenException("This needs the level " + level.wireName() + " on " + what + ".");
    }
}
