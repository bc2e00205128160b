package dev.fathom.http.request;

import dev.fathom.http.problem.ProblemType;
import dev.fathom.http.problem.Refusals;
import dev.fathom.http.problem.RequestId;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.quarkus.vertx.VertxOptionsCustomizer;
import io.vertx.core.Context;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.spi.tracing.SpanKind;
import io.vertx.core.spi.tracing.TagExtractor;
import io.vertx.core.spi.tracing.VertxTracer;
import io.vertx.core.tracing.TracingOptions;
import io.vertx.core.tracing.TracingPolicy;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;

/**
 * Answers requests that the server itself cannot read: a line or headers beyond its limits, an address that is none, or what is
 * no HTTP. They reach no route, and the server's own answer to them has no body. The connection ends with the answer.
 *
 * <p>The server takes the handler for them from whoever makes it, which is Quarkus, and Quarkus gives it none. It asks each
 * connection for it though, after it has told the tracer of the request: so this is a tracer that traces nothing.
 */
@Singleton
public class InvalidRequests implements VertxOptionsCustomizer {

    /** Looked up when first needed: this is made before most of the service. */
    private final Instance<Refusals> refusals;

    InvalidRequests(Instance<Refusals> refusals) {
        this.refusals = refusals;
    }

    @Override
    @SuppressWarnings("deprecation") // The builder that takes it instead is Quarkus's.
    public void accept(VertxOptions options) {
        options.setTracingOptions(new TracingOptions().setFactory(any -> new Watch()));
    }

    private final class Watch implements VertxTracer<Void, Void> {

        @Override
        public <R> Void receiveRequest(
                Context context,
                SpanKind kind,
                TracingPolicy policy,
                R request,
                String operation,
                Iterable<Map.Entry<String, String>> headers,
                TagExtractor<R> tags) {
            // Over HTTP/2 requests share their connection, and the server refuses a stream by itself.
            if (request instanceof HttpServerRequest received
                    && received.version() != HttpVersion.HTTP_2
                    && received.connection() instanceof HttpServerConnection connection) {
                if (received.decoderResult().isFailure()) {
                    connection.invalidRequestHandler(InvalidRequests.this::refuse);
                } else if (!isUri(received.uri())) {
                    connection.handler(InvalidRequests.this::refuseAddress);
                }
            }
            return null;
        }
    }

    /** As Quarkus sees it, which answers what is none with an empty 400 before any route. */
    private static boolean isUri(String address) {
        try {
            new URI(address);
            return true;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private void refuseAddress(HttpServerRequest request) {
        refuse(
                request,
                ProblemType.VALIDATION,
                "The address is not a URI: a % is followed by two hexadecimal digits, and what a URI may not hold is"
                        + " percent-encoded.");
    }

    private void refuse(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        if (cause instanceof TooLongHttpLineException) {
            refuse(request, ProblemType.URI_TOO_LONG, ProblemType.URI_TOO_LONG.description());
        } else if (cause instanceof TooLongHttpHeaderException) {
            refuse(request, ProblemType.HEADERS_TOO_LARGE, ProblemType.HEADERS_TOO_LARGE.description());
        } else {
            refuse(
                    request,
                    ProblemType.VALIDATION,
                    "The request is not HTTP: its first line or a header is malformed.");
        }
    }

    private void refuse(HttpServerRequest request, ProblemType type, String detail) {
        String id = RequestId.identify(request);
        // What follows on this connection cannot be told from the rest of this request.
        request.response().putHeader("Connection", "close").putHeader("X-Content-Type-Options", "nosniff");
        refusals.get().refuse(request, id, type, detail).onComplete(any -> request.connection()
                .close());
    }
}
