package dev.fathom.http.problem;

import dev.fathom.http.problem.Problem.FieldError;
import java.util.List;

/** A problem found while a request is read. */
public class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ProblemType type;
    private final transient List<FieldError> errors;

    public ProblemException(ProblemType type, String detail) {
        this(type, detail, List.of());
    }

    public ProblemException(ProblemType type, String detail, List<FieldError> errors) {
        super(detail);
        this.type = type;
        this.errors = List.copyOf(errors);
    }

    public static ProblemException parameter(String name, String message) {
        return new ProblemException(
                ProblemType.VALIDATION,
                "Parameter \"" + name + "\": " + message,
                List.of(FieldError.parameter(name, message)));
    }

    public static ProblemException pointer(String pointer, String message) {
        return new ProblemException(
                ProblemType.VALIDATION,
                (pointer.isEmpty() ? "The body" : pointer) + ": " + message,
                List.of(FieldError.pointer(pointer, message)));
    }

    public ProblemType type() {
        return type;
    }

    public List<FieldError> errors() {
        return errors;
    }
}
