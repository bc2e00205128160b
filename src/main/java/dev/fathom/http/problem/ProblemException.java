package dev.fathom.http.problem;

import dev.fathom.cluster.ClusterException;
import dev.fathom.http.problem.Problem.Extras;
import dev.fathom.http.problem.Problem.FieldError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A problem found while a request is read. */
public class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ProblemType type;
    private final transient Extras extras;

    public ProblemException(ProblemType type, String detail) {
        this(type, detail, List.of());
    }

    public ProblemException(ProblemType type, String detail, List<FieldError> errors) {
        this(type, detail, Extras.errors(List.copyOf(errors)));
    }

    public ProblemException(ProblemType type, String detail, Extras extras) {
        super(detail);
        this.type = type;
        this.extras = extras;
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

    /** A change of which nothing took effect, or of which nobody knows: the problem and every row. */
    public static ProblemException ofFailedChange(
            ClusterException why, List<MoveRow> rows, @Nullable String operation) {
        Extras extras = new Extras(List.of(), null, null, null, rows, operation);
        ProblemType type = Problems.typeOf(why);
        boolean open = type == ProblemType.TIMEOUT || type == ProblemType.CLUSTER_UNAVAILABLE;
        return new ProblemException(
                type,
                open
                        ? why.getMessage()
                                + " It was started and may have been done: each partition says what is known of it."
                        : why.getMessage(),
                extras);
    }

    public ProblemType type() {
        return type;
    }

    public Extras extras() {
        return extras;
    }
}
