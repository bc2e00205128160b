package dev.fathom.http.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.http.problem.Problem.FieldError;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Answers a request with a problem before any resource has seen it. */
@ApplicationScoped
public class Refusals {

    /** What the server puts where it could not read the address. */
    private static final String UNREAD_PATH = "/bad-request";

    private static final String OTHERWISE = "fathom.refused-otherwise";

    private final ObjectMapper json;

    Refusals(ObjectMapper json) {
        this.json = json;
    }

    public void refuse(RoutingContext request, ProblemType type, String detail) {
        refuse(request, type, detail, List.of());
    }

    public void refuse(RoutingContext request, ProblemType type, @Nullable String detail, List<FieldError> errors) {
        if (request.response().ended()) {
            return;
        }
        Problem problem = Problem.of(type, detail, request.request().path(), RequestId.of(request), errors);
        Function<Problem, JsonNode> otherwise = request.get(OTHERWISE);
        if (otherwise == null) {
            send(request.request(), problem);
        } else {
            request.response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON)
                    .end(otherwise.apply(problem).toString());
        }
    }

    /** Has a request, if it is refused from now on, answered with a 200 that says so in its own words. */
    public static void otherwise(RoutingContext request, Function<Problem, JsonNode> words) {
        request.put(OTHERWISE, words);
    }

    /** Answers what has not even become a request of a route. */
    public Future<Void> refuse(HttpServerRequest request, String requestId, ProblemType type, String detail) {
        String path = UNREAD_PATH.equals(request.uri()) ? "/" : request.path();
        return send(request, Problem.of(type, detail, path, requestId, List.of()));
    }

    private Future<Void> send(HttpServerRequest request, Problem problem) {
        try {
            return request.response()
                    .setStatusCode(problem.status())
                    .putHeader(HttpHeaders.CONTENT_TYPE, ExceptionMappers.PROBLEM_JSON)
                    .end(json.writeValueAsString(problem));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
