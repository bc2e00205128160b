package dev.fathom.http.problem;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.fathom.cluster.ClusterException;
import dev.fathom.http.RequestId;
import dev.fathom.http.problem.Problem.FieldError;
import dev.fathom.topic.PositionNotFoundException;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** From exception to answer: the only place where that is decided. */
public class ExceptionMappers {

    /** The media type of every error. */
    public static final String PROBLEM_JSON = "application/problem+json";

    private static final Logger LOG = Logger.getLogger(ExceptionMappers.class);

    @ServerExceptionMapper
    public Response problem(ProblemException failure, RoutingContext request) {
        return answer(failure.type(), failure.getMessage(), failure.errors(), failure, request);
    }

    @ServerExceptionMapper
    public Response cluster(ClusterException failure, RoutingContext request) {
        return answer(Problems.typeOf(failure), failure.getMessage(), List.of(), failure, request);
    }

    @ServerExceptionMapper
    public Response position(PositionNotFoundException failure, RoutingContext request) {
        return answer(Problems.typeOf(failure), failure.getMessage(), List.of(), failure, request);
    }

    /** Bad JSON. What Jackson says of it names classes, so only the place is taken from it. */
    @ServerExceptionMapper({MismatchedInputException.class, JsonMappingException.class, JsonParseException.class})
    public Response json(JacksonException failure, RoutingContext request) {
        if (failure.getCause() instanceof ProblemException ours) {
            return problem(ours, request);
        }
        String pointer = failure instanceof JsonMappingException mapping ? pointer(mapping) : "";
        String message;
        if (failure instanceof UnrecognizedPropertyException unknown) {
            message = "unknown field \"" + unknown.getPropertyName() + "\".";
        } else if (failure instanceof MismatchedInputException) {
            message = "not of the type the contract asks for here.";
        } else {
            message = "not JSON, at line " + line(failure) + ".";
        }
        ProblemException problem = ProblemException.pointer(pointer, message);
        return answer(problem.type(), problem.getMessage(), problem.errors(), failure, request);
    }

    private static String line(JacksonException failure) {
        return failure.getLocation() == null
                ? "1"
                : Integer.toString(failure.getLocation().getLineNr());
    }

    private static String pointer(JsonMappingException failure) {
        return failure.getPath().stream()
                .map(reference -> "/"
                        + (reference.getFieldName() == null
                                ? Integer.toString(reference.getIndex())
                                : reference.getFieldName().replace("~", "~0").replace("/", "~1")))
                .collect(Collectors.joining());
    }

    /** What the framework itself refuses: no such path, method or media type, or a body it cannot read. */
    @ServerExceptionMapper
    public Response framework(WebApplicationException failure, RoutingContext request) {
        if (failure.getCause() instanceof JacksonException bad) {
            return json(bad, request);
        }
        if (failure.getCause() instanceof ProblemException ours) {
            return problem(ours, request);
        }
        ProblemType type = Problems.typeOf(failure.getResponse().getStatus());
        return answer(type, type.description(), List.of(), failure, request);
    }

    @ServerExceptionMapper
    public Response anything(RuntimeException failure, RoutingContext request) {
        if (failure.getCause() instanceof JacksonException bad) {
            return json(bad, request);
        }
        return answer(ProblemType.INTERNAL, ProblemType.INTERNAL.description(), List.of(), failure, request);
    }

    private static Response answer(
            ProblemType type, String detail, List<FieldError> errors, Throwable failure, RoutingContext request) {
        if (type.status() >= 500 && type != ProblemType.UNSUPPORTED_BY_CLUSTER) {
            log(type, detail, failure);
        } else {
            LOG.debugf("%s: %s", type.slug(), detail);
        }
        Problem problem = Problem.of(type, detail, request.request().path(), RequestId.of(request), errors);
        return Response.status(type.status()).type(PROBLEM_JSON).entity(problem).build();
    }

    /** A cluster that is down is told in one line; a defect with its stack. */
    private static void log(ProblemType type, String detail, Throwable failure) {
        if (type == ProblemType.INTERNAL) {
            LOG.errorf(failure, "%s: %s", type.slug(), failure.getMessage());
        } else {
            LOG.warnf("%s: %s", type.slug(), detail);
        }
    }
}
