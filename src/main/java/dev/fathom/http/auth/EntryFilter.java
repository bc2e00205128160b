package dev.fathom.http.auth;

import dev.fathom.access.Access;
import dev.fathom.access.Rules;
import dev.fathom.config.Level;
import dev.fathom.http.problem.ProblemType;
import dev.fathom.http.problem.Refusals;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.URI;
import java.util.Set;

/**
 * Lets in who may use the service at all. Open to anybody are the two probes, which tell up or down and nothing else; all else
 * takes a grant, and what tells of every cluster at once a grant on everything.
 */
@ApplicationScoped
public class EntryFilter {

    /** After Quarkus has authenticated the caller. */
    private static final int AFTER_AUTHENTICATION = 50;

    private static final Set<String> PROBES = Set.of("/q/health/live", "/q/health/ready");
    private static final String METRICS = "/q/metrics";
    /** What a browser says of a request's page where it leaves out the origin; no page can say it otherwise. */
    private static final String FETCH_SITE = "Sec-Fetch-Site";

    private static final String CROSS_SITE = "cross-site";
    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final Rules rules;
    private final ConfiguredAuthentication modes;
    private final Refusals refusals;

    EntryFilter(Rules rules, ConfiguredAuthentication modes, Refusals refusals) {
        this.rules = rules;
        this.modes = modes;
        this.refusals = refusals;
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, AFTER_AUTHENTICATION);
    }

    private void check(RoutingContext request) {
        if (fromAnotherSite(request)) {
            String origin = request.request().getHeader(HttpHeaders.ORIGIN);
            refusals.refuse(
                    request,
                    ProblemType.FORBIDDEN,
                    "A page of another origin may not change anything here ("
                            + (origin == null ? FETCH_SITE + " " + CROSS_SITE : "Origin " + origin) + ").");
        } else if (rules.open() || PROBES.contains(request.normalizedPath())) {
            request.next();
        } else if (!(request.user() instanceof QuarkusHttpUser user)
                || user.getSecurityIdentity().isAnonymous()) {
            modes.demand(request);
        } else {
            admit(request, CurrentCaller.access(rules, user.getSecurityIdentity()));
        }
    }

    private void admit(RoutingContext request, Access access) {
        boolean all = request.normalizedPath().startsWith(METRICS);
        boolean may = all
                ? access.onEverything(Level.VIEWER)
                : access.grants().stream().findAny().isPresent();
        if (may) {
            request.next();
        } else {
            refusals.refuse(
                    request,
                    ProblemType.FORBIDDEN,
                    all
                            ? "Metrics tell of every cluster: they need the level viewer on everything."
                            : "Nothing is granted to this user (fathom.security.permissions).");
        }
    }

    /** A browser says where a page that sends a change comes from; what cannot be preflighted is stopped here. */
    private static boolean fromAnotherSite(RoutingContext request) {
        String origin = request.request().getHeader(HttpHeaders.ORIGIN);
        if (SAFE.contains(request.request().method())) {
            return false;
        }
        if (origin == null) {
            return CROSS_SITE.equalsIgnoreCase(request.request().getHeader(FETCH_SITE));
        }
        // Quarkus has refused origins that CORS does not allow where that is on, and marks those it does.
        boolean allowed = request.response().headers().contains(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN);
        return !allowed && !isHost(origin, request.request().getHeader(HttpHeaders.HOST));
    }

    private static boolean isHost(String origin, String host) {
        try {
            String authority = URI.create(origin).getAuthority();
            return authority != null && authority.equalsIgnoreCase(host);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
