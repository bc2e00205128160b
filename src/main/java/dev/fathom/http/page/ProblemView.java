package dev.fathom.http.page;

import dev.fathom.http.problem.Problem;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A problem as a page tells it. */
record ProblemView(int status, String title, @Nullable String detail, String requestId, List<String> errors) {

    static ProblemView of(Problem problem) {
        List<String> errors = Optional.ofNullable(problem.errors()).orElse(List.of()).stream()
                .map(error -> (error.topic() == null ? "" : error.topic() + "-" + error.partition() + ": ")
                        + (error.parameter() == null ? "" : error.parameter() + ": ")
                        + error.message())
                .toList();
        return new ProblemView(problem.status(), problem.title(), problem.detail(), problem.requestId(), errors);
    }
}
