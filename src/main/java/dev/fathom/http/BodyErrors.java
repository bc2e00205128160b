package dev.fathom.http;

import dev.fathom.http.problem.Problem.FieldError;
import dev.fathom.http.problem.ProblemException;
import dev.fathom.http.problem.ProblemType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What is wrong with a body, place by place: told all at once. */
final class BodyErrors {

    private static final int MOST_TOLD = 5;

    private final List<FieldError> errors = new ArrayList<>();

    void add(String pointer, String message) {
        errors.add(FieldError.pointer(pointer, message));
    }

    boolean isEmpty() {
        return errors.isEmpty();
    }

    void needDryRun(Boolean dryRun) {
        if (dryRun == null) {
            add("/dryRun", "needed: true to plan, false to do it.");
        }
    }

    void throwIfAny() {
        if (!errors.isEmpty()) {
            throw new ProblemException(
                    ProblemType.VALIDATION,
                    errors.stream()
                            .limit(MOST_TOLD)
                            .map(error -> error.pointer() + ": " + error.message())
                            .collect(Collectors.joining(" ")),
                    errors);
        }
    }
}
