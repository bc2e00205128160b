package dev.fathom.http.request;

import dev.fathom.http.problem.Problem.FieldError;
import dev.fathom.http.problem.ProblemException;
import dev.fathom.http.problem.ProblemType;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ResourceInfo;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Refuses query parameters the operation does not have, and any given twice: no typo changes what a call does. */
@ApplicationScoped
public class KnownParameters {

    /** Taken by every read, also by one that has nothing shared to bypass. */
    public static final String FRESH = "fresh";

    private final Map<Method, Set<String>> known = new ConcurrentHashMap<>();

    @ServerRequestFilter
    public void check(ContainerRequestContext request, ResourceInfo resource) {
        Map<String, List<String>> sent = request.getUriInfo().getQueryParameters();
        if (sent.isEmpty()) {
            return;
        }
        Set<String> names = known.computeIfAbsent(resource.getResourceMethod(), KnownParameters::namesOf);
        if (names.contains(FRESH) && sent.containsKey(FRESH)) {
            Params.flag(FRESH, sent.get(FRESH).get(0), false);
        }
        List<FieldError> errors = new ArrayList<>();
        sent.forEach((name, values) -> {
            if (!names.contains(name)) {
                errors.add(FieldError.parameter(
                        name,
                        names.isEmpty()
                                ? "unknown; this operation takes no query parameters."
                                : "unknown; this operation takes " + String.join(", ", names) + "."));
            } else if (values.size() > 1) {
                errors.add(FieldError.parameter(name, "given " + values.size() + " times."));
            }
        });
        if (!errors.isEmpty()) {
            throw new ProblemException(
                    ProblemType.VALIDATION,
                    errors.stream()
                            .map(error -> "Query parameter \"" + error.parameter() + "\": " + error.message())
                            .collect(Collectors.joining(" ")),
                    errors);
        }
    }

    /** What says which query parameters a method takes: its own, and the fields of those that have several. */
    public static Stream<AnnotatedElement> of(Method method) {
        return Arrays.stream(method.getParameters())
                .flatMap(parameter -> parameter.isAnnotationPresent(BeanParam.class)
                        ? Arrays.stream(parameter.getType().getDeclaredFields())
                        : Stream.of(parameter))
                .filter(place -> place.isAnnotationPresent(QueryParam.class))
                .map(AnnotatedElement.class::cast);
    }

    private static Set<String> namesOf(Method method) {
        Set<String> names = of(method)
                .map(parameter -> parameter.getAnnotation(QueryParam.class).value())
                .collect(Collectors.toCollection(TreeSet::new));
        if (method.isAnnotationPresent(GET.class)) {
            names.add(FRESH);
        }
        return names;
    }
}
