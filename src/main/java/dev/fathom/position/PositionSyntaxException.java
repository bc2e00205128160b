package dev.fathom.position;

/** A text that names no place in a log. The message says what is wrong with it and what would be right. */
public class PositionSyntaxException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public PositionSyntaxException(String message) {
        super(message);
    }
}
