package dev.fathom.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.config.Level;
import dev.fathom.http.auth.Needs;
import dev.fathom.testing.Api;
import dev.fathom.testing.FathomTest;
import io.vertx.ext.web.Router;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.concurrent.RejectedExecutionException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is thrown, and wherever: what leaves the service is a problem. */
@FathomTest
class FailuresTest {

    private final Api api = Api.underTest();

    /** A resource at fault; no part of the contract. */
    @Path("/broken")
    public static class Broken {

        @GET
        @Path("{how}")
        @Produces(MediaType.TEXT_HTML)
        @Needs(level = Level.VIEWER)
        @Operation(operationId = "fail", hidden = true)
        public String fail(@PathParam("how") String how) throws Exception {
            switch (how) {
                case "memory" -> throw new OutOfMemoryError("Java heap space");
                case "stack" -> throw new StackOverflowError();
                case "link" -> throw new NoClassDefFoundError("dev/fathom/Nothing");
                case "checked" -> throw new Exception("against its declaration");
                default -> throw new IllegalStateException("unexpected");
            }
        }
    }

    /** Routes at fault, beside the resources. */
    @ApplicationScoped
    public static class BrokenRoutes {

        void register(@Observes Router router) {
            router.route("/broken-route/exception").handler(request -> {
                throw new IllegalStateException("unexpected");
            });
            router.route("/broken-route/stack").handler(request -> {
                throw new StackOverflowError();
            });
            router.route("/broken-route/no-thread").handler(request -> request.fail(new RejectedExecutionException()));
            router.route("/broken-route/status").handler(request -> request.fail(405));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/broken/memory, 500, internal",
        "/broken/stack, 500, internal",
        "/broken/link, 500, internal",
        "/broken/checked, 500, internal",
        "/broken/other, 500, internal",
        "/broken-route/exception, 500, internal",
        "/broken-route/stack, 500, internal",
        "/broken-route/no-thread, 429, overloaded",
        "/broken-route/status, 405, method-not-allowed"
    })
    void areProblems(String path, int status, String slug) {
        Api.Answer answer = api.get(path, "Accept", "text/html");

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.problem()).isEqualTo(slug);
        assertThat(answer.json().get("requestId").asText())
                .isEqualTo(answer.header("X-Request-Id").orElseThrow());
        assertThat(answer.text())
                .doesNotContain("Exception")
                .doesNotContain("Error")
                .doesNotContain("dev.fathom");
    }
}
