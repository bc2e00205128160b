package dev.fathom.http.page;

import dev.fathom.http.problem.Problem;
import io.quarkus.qute.TemplateInstance;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.MediaType;
import java.util.Set;
import java.util.function.Function;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/**
 * Writes the problems of pages as pages: what went wrong is decided where it is for the API. A page that could not be shown for
 * now is asked for again by the browser.
 */
@ApplicationScoped
public class PageProblems {

    private static final String AROUND = "fathom.page.around";
    /** What passes by itself: too many callers, a cluster that does not answer, or not in time. */
    private static final Set<Integer> PASSING = Set.of(429, 503, 504);
    /** As a page that is shown asks for fresh numbers. */
    private static final String SECONDS = "5";

    private final Shells shells;

    PageProblems(Shells shells) {
        this.shells = shells;
    }

    /** Has a problem of this request shown in a page of its own: a form, say, whose words were wrong. */
    static void in(ContainerRequestContext request, Function<ProblemView, TemplateInstance> page) {
        request.setProperty(AROUND, page);
    }

    @ServerResponseFilter
    public void write(ContainerRequestContext request, ContainerResponseContext response, ResourceInfo resource) {
        if (!(response.getEntity() instanceof Problem problem)
                || resource == null
                || resource.getResourceClass() == null
                || !resource.getResourceClass().getPackage().equals(PageProblems.class.getPackage())) {
            return;
        }
        ProblemView view = ProblemView.of(problem);
        String cluster = request.getUriInfo().getPathParameters().getFirst("cluster");
        @SuppressWarnings("unchecked")
        Function<ProblemView, TemplateInstance> page =
                (Function<ProblemView, TemplateInstance>) request.getProperty(AROUND);
        boolean again = page == null
                && PASSING.contains(problem.status())
                && request.getMethod().equals(HttpMethod.GET);
        if (again) {
            response.getHeaders().putSingle("Refresh", SECONDS);
        }
        TemplateInstance shown = page == null
                ? Templates.problem(shells.of(problem.title(), cluster, ""), view, again)
                : page.apply(view);
        response.setEntity(shown.render(), null, MediaType.TEXT_HTML_TYPE);
    }
}
