package dev.fathom.topic;

/** A position that is well formed and has no place in this log. The message names the numbers. */
public class PositionNotFoundException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public enum Reason {
        OUT_OF_RANGE,
        /** No record has a timestamp at or after the instant, or the log is empty. */
        NO_RECORD
    }

    private final Reason reason;

    public PositionNotFoundException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
