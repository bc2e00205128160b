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
        if (needs.level() != Level.VIEWER) {
            RequestedChange.note(routing, needs.level());
        }
        Level level = atLeast(needs, "true".equals(query(request, "dryRun")));
        String cluster = path(request, "cluster");
        Access access = caller.access();
        if (cluster == null) {
            access.needAnywhere(level);
            return;
        }
        access.needCluster(level, cluster);
        Optional<String> group = segment(request, "group");
        group.ifPresent(id -> access.needGroup(level, cluster, id));
        segment(request, "topic").ifPresent(topic -> access.needTopic(level, cluster, topic));
        if (query(request, "topic") != null) {
            access.needTopic(Level.VIEWER, cluster, query(request, "topic"));
        }
        if (query(request, "with") != null) {
            access.needGroup(Level.VIEWER, cluster, query(request, "with"));
        }
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
