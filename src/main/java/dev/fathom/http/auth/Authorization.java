package dev.fathom.http.auth;

import dev.fathom.access.Access;
import dev.fathom.access.ForbiddenException;
import dev.fathom.config.Level;
import dev.fathom.http.problem.RequestedChange;
import dev.fathom.http.request.Ids;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ResourceInfo;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Decides, before anything else of a request is looked at, whether the caller has the level its operation needs on the cluster,
 * group and topic that its path and query name. What a body names is decided where it is read.
 */
@ApplicationScoped
public class Authorization {

    private static final int FIRST = 0;

    private final CurrentCaller caller;

    Authorization(CurrentCaller caller) {
        this.caller = caller;
    }

    /** What a resource method says of itself. */
    static <A extends Annotation> Optional<A> annotation(ResourceInfo resource, Class<A> type) {
        return Optional.ofNullable(resource)
                .map(ResourceInfo::getResourceMethod)
                .map(method -> method.getAnnotation(type));
    }

    @ServerRequestFilter(priority = FIRST)
    public void check(ContainerRequestContext request, ResourceInfo resource, RoutingContext routing) {
        Needs needs = annotation(resource, Needs.class)
                .orElseThrow(() -> new ForbiddenException("This operation has no permission that could be given."));
        Level level = begun(needs, "true".equals(query(request, "dryRun")), routing);
        String cluster = path(request, "cluster");
        Access access = caller.access();
        if (cluster == null) {
            access.needAnywhere(level);
            return;
        }
        access.needCluster(level, cluster);
        segment(request, "group").ifPresent(id -> access.needGroup(level, cluster, id));
        segment(request, "topic").ifPresent(topic -> access.needTopic(level, cluster, topic));
        if (query(request, "topic") != null) {
            access.needTopic(Level.VIEWER, cluster, query(request, "topic"));
        }
        if (query(request, "with") != null) {
            access.needGroup(Level.VIEWER, cluster, query(request, "with"));
        }
    }

    /**
     * Decides the same of an operation whose names do not come in a path.
     *
     * @throws ForbiddenException when the caller lacks the level
     */
    public void check(Method operation, Named named, RoutingContext routing) {
        Level level = begun(operation.getAnnotation(Needs.class), false, routing);
        Access access = caller.access();
        if (named.cluster().isEmpty()) {
            access.needAnywhere(level);
            return;
        }
        String cluster = named.cluster().get();
        access.needCluster(level, cluster);
        named.group().ifPresent(id -> access.needGroup(level, cluster, id));
        named.topic().ifPresent(topic -> access.needTopic(level, cluster, topic));
    }

    /** What an operation is asked for: what its path would name. */
    public record Named(Optional<String> cluster, Optional<String> group, Optional<String> topic) {

        public static final Named NOTHING = new Named(Optional.empty(), Optional.empty(), Optional.empty());

        public static Named cluster(String cluster) {
            return new Named(Optional.of(cluster), Optional.empty(), Optional.empty());
        }

        public static Named group(String cluster, String group) {
            return new Named(Optional.of(cluster), Optional.of(group), Optional.empty());
        }

        public static Named topic(String cluster, String topic) {
            return new Named(Optional.of(cluster), Optional.empty(), Optional.of(topic));
        }
    }

    /** Notes what an operation changes, and says what it needs for that. */
    private static Level begun(Needs needs, boolean dryRunInQuery, RoutingContext routing) {
        if (needs.level() != Level.VIEWER) {
            RequestedChange.note(routing, needs.level());
        }
        return atLeast(needs, dryRunInQuery);
    }

    /** What can be decided before the body is looked at. */
    private static Level atLeast(Needs needs, boolean dryRunInQuery) {
        return switch (needs.dryRun()) {
            case NONE -> needs.level();
            case IN_QUERY -> dryRunInQuery ? Level.VIEWER : needs.level();
            case IN_BODY -> Level.VIEWER;
        };
    }

    private static Optional<String> segment(ContainerRequestContext request, String name) {
        return Optional.ofNullable(path(request, name)).map(text -> Ids.decode(name, text));
    }

    private static String path(ContainerRequestContext request, String name) {
        return request.getUriInfo().getPathParameters().getFirst(name);
    }

    private static String query(ContainerRequestContext request, String name) {
        return request.getUriInfo().getQueryParameters().getFirst(name);
    }
}
