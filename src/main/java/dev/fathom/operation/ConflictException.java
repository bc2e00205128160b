package dev.fathom.operation;

/** Another change of the same thing is under way, or came first. Nothing was changed. */
public class ConflictException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ConflictException(String message) {
        super(message);
    }
}
