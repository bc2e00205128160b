package dev.fathom.command;

/** Ends the start after {@code check-config} has said all there is to say. */
final class CheckedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    CheckedException(int exitCode) {
        super("The configuration was checked.", null, false, false);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
