package dev.fathom.http.problem;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.fathom.access.ForbiddenException;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Required;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.http.problem.Problem.Extras;
import dev.fathom.http.problem.Problem.FieldError;
import dev.fathom.operation.ConflictException;
import dev.fathom.operation.IdempotencyKeys.KeyReusedException;
import dev.fathom.operation.IdempotencyKeys.TooManyKeysException;
import dev.fathom.operation.Operations.OperationNotFoundException;
import dev.fathom.operation.RefusedException;
import dev.fathom.pool.DefinitionRefusedException;
import dev.fathom.pool.ManagedConsumers.ConsumerNotFoundException;
import dev.fathom.pool.ManagedConsumers.NameTakenException;
import dev.fathom.pool.Pools.PoolOffException;
import dev.fathom.pool.store.Definitions.TooLargeException;
import dev.fathom.reset.Guard.PlanOutdatedException;
import dev.fathom.reset.Guard.PlanRequiredException;
import dev.fathom.reset.UnplannableException;
import dev.fathom.topic.PositionNotFoundException;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** From exception to answer: the only place where that is decided. */
public class ExceptionMappers {

    /** The media type of every error. */
    public static final String PROBLEM_JSON = "application/problem+json";

    private static final int MOST_ERRORS = 100;

    private static final Logger LOG = Logger.getLogger(ExceptionMappers.class);

    @ServerExceptionMapper
    public Response problem(ProblemException failure, RoutingContext request) {
        return answer(failure.type(), Required.message(failure), failure.extras(), failure, request);
    }

    @ServerExceptionMapper
    public Response cluster(ClusterException failure, RoutingContext request) {
        ProblemType type = Problems.typeOf(failure);
        return answer(
                type,
                failure.isBegun() ? failure.getMessage() : notBegun(type, failure.getMessage(), request),
                List.of(),
                failure,
                request);
    }

    /** Of a change that got no answer its caller is told that it is as if it had never been sent. */
    private static String notBegun(ProblemType type, String message, RoutingContext request) {
        boolean unanswered = type == ProblemType.TIMEOUT || type == ProblemType.CLUSTER_UNAVAILABLE;
        return unanswered && RequestedChange.isOne(request) ? message + " Nothing was begun." : message;
    }

    @ServerExceptionMapper
    public Response forbidden(ForbiddenException failure, RoutingContext request) {
        return answer(ProblemType.FORBIDDEN, Required.message(failure), List.of(), failure, request);
    }

    @ServerExceptionMapper
    public Response position(PositionNotFoundException failure, RoutingContext request) {
        return answer(Problems.typeOf(failure), Required.message(failure), List.of(), failure, request);
    }

    @ServerExceptionMapper
    public Response unplannable(UnplannableException failure, RoutingContext request) {
        List<FieldError> errors = failure.errors().stream()
                .limit(MOST_ERRORS)
                .map(ExceptionMappers::error)
                .toList();
        ProblemType type = Problems.typeOf(failure);
        return answer(
                type, notBegun(type, Required.message(failure), request), Extras.errors(errors), failure, request);
    }

    private static FieldError error(UnplannableException.ValidationError error) {
        boolean inBody = error.pointer().startsWith("/");
        return new FieldError(
                inBody ? error.pointer() : null,
                inBody ? null : error.pointer(),
                error.partition().map(TopicPartition::topic).orElse(null),
                error.partition().map(TopicPartition::partition).orElse(null),
                error.message());
    }

    @ServerExceptionMapper
    public Response refused(RefusedException failure, RoutingContext request) {
        Extras extras = new Extras(
                List.of(),
                failure.first().members().isEmpty()
                        ? null
                        : failure.first().members().stream().map(MemberRef::of).toList(),
                failure.blockers().stream().map(BlockerItem::of).toList(),
                null,
                null,
                null);
        return answer(Problems.typeOf(failure.first()), Required.message(failure), extras, failure, request);
    }

    @ServerExceptionMapper
    public Response outdated(PlanOutdatedException failure, RoutingContext request) {
        List<PlanDifference> differences =
                failure.differences().stream().map(PlanDifference::of).toList();
        Extras extras = new Extras(List.of(), null, null, differences, null, null);
        return answer(ProblemType.PLAN_OUTDATED, Required.message(failure), extras, failure, request);
    }

    @ServerExceptionMapper
    public Response planRequired(PlanRequiredException failure, RoutingContext request) {
        return answer(ProblemType.PRECONDITION_REQUIRED, Required.message(failure), List.of(), failure, request);
    }

    @ServerExceptionMapper
    public Response conflict(ConflictException failure, RoutingContext request) {
        return answer(ProblemType.CONFLICT, Required.message(failure), List.of(), failure, request);
    }

    @ServerExceptionMapper
    public Response noOperation(OperationNotFoundException failure, RoutingContext request) {
        return answer(ProblemType.OPERATION_NOT_FOUND, Required.message(failure), List.of(), failure, request);
    }

    @ServerExceptionMapper
    public Response noConsumer(ConsumerNotFoundException failure, RoutingContext request) {
        return answer(ProblemType.CONSUMER_NOT_FOUND, Required.message(failure), List.of(), failure, request);
    }

    @ServerExceptionMapper
    public Response nameTaken(NameTakenException failure, RoutingContext request) {
        return answer(ProblemType.NAME_TAKEN, Required.message(failure), List.of(), failure, request);
    }

    @ServerExceptionMapper
    public Response poolOff(PoolOffException failure, RoutingContext request) {
        return answer(ProblemType.FORBIDDEN, Required.message(failure), List.of(), failure, request);
    }

    @ServerExceptionMapper
    public Response definition(DefinitionRefusedException failure, RoutingContext request) {
        List<FieldError> errors = failure.errors().stream()
                .map(error -> FieldError.pointer("/spec" + error.pointer(), error.message()))
                .toList();
        return answer(ProblemType.UNPROCESSABLE, Required.message(failure), errors, failure, request);
    }

    @ServerExceptionMapper
    public Response tooLarge(TooLargeException failure, RoutingContext request) {
        return answer(
                ProblemType.VALIDATION,
                Required.message(failure),
                List.of(FieldError.pointer("", Required.message(failure))),
                failure,
                request);
    }

    @ServerExceptionMapper
    public Response keyReused(KeyReusedException failure, RoutingContext request) {
        return answer(ProblemType.UNPROCESSABLE, Required.message(failure), List.of(), failure, request);
    }

    @ServerExceptionMapper
    public Response tooManyKeys(TooManyKeysException failure, RoutingContext request) {
        return answer(ProblemType.OVERLOADED, Required.message(failure), List.of(), failure, request);
    }

    /** Bad JSON. What Jackson says of it names classes, so only the place is taken from it. */
    @ServerExceptionMapper({
        MismatchedInputException.class,
        JsonMappingException.class,
        JsonParseException.class,
        StreamConstraintsException.class
    })
    public Response json(JacksonException failure, RoutingContext request) {
        if (failure.getCause() instanceof ProblemException ours) {
            return problem(ours, request);
        }
        String pointer = failure instanceof JsonMappingException mapping ? pointer(mapping) : "";
        String message;
        if (failure instanceof UnrecognizedPropertyException unknown) {
            message = "unknown field \"" + unknown.getPropertyName() + "\".";
        } else if (failure instanceof StreamConstraintsException) {
            message = "nested too deeply, or too long a name or number, at line " + line(failure) + ".";
        } else if (failure instanceof MismatchedInputException) {
            message = "not of the type the contract asks for here.";
        } else {
            message = "not JSON, at line " + line(failure) + ".";
        }
        ProblemException problem = ProblemException.pointer(pointer, message);
        return answer(problem.type(), Required.message(problem), problem.extras(), failure, request);
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

    /** Errors of the machine, and what is thrown against its declaration: an answer as any other, and a line in the log. */
    @ServerExceptionMapper
    public Response anythingElse(Throwable failure, RoutingContext request) {
        if (failure instanceof IOException) {
            return answer(
                    ProblemType.VALIDATION, "The body could not be read to its end.", List.of(), failure, request);
        }
        return answer(ProblemType.INTERNAL, ProblemType.INTERNAL.description(), List.of(), failure, request);
    }

    private static Response answer(
            ProblemType type, String detail, List<FieldError> errors, Throwable failure, RoutingContext request) {
        return answer(type, detail, Extras.errors(errors), failure, request);
    }

    private static Response answer(
            ProblemType type, String detail, Extras extras, Throwable failure, RoutingContext request) {
        if (type.status() >= 500 && type != ProblemType.UNSUPPORTED_BY_CLUSTER) {
            log(type, detail, failure);
        } else {
            LOG.debugf("%s: %s", type.slug(), detail);
        }
        Problem problem = Problem.of(type, detail, request.request().path(), RequestId.of(request), extras);
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
