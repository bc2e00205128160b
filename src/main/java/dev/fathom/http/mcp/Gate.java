package dev.fathom.http.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.fathom.config.FathomConfig;
import dev.fathom.http.auth.CurrentCaller;
import dev.fathom.http.mcp.Replies.Replying;
import dev.fathom.http.problem.ProblemType;
import dev.fathom.http.problem.Refusals;
import dev.fathom.http.request.AskedFor;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads a message before its turn is waited for: which cluster a call of a tool asks is in its body. Runs after the caller is known and
 * let in, and holds no thread.
 */
@ApplicationScoped
class Gate {

    static final String PATH = "/mcp";

    /** Between who may come in and who may work now. */
    private static final int FIRST = 46;

    private static final int THEN = 45;
    private static final int MOST_BYTES = 1 << 20;
    private static final String SENT = "fathom.mcp.sent";
    /** Names that no resolver can be made to point elsewhere. */
    private static final Pattern ADDRESS = Pattern.compile("localhost|\\[.*]|[0-9]{1,3}(\\.[0-9]{1,3}){3}");

    private final boolean enabled;
    private final Tools tools;
    private final Replies replies;
    private final Refusals refusals;
    private final ObjectMapper json;
    private final BodyHandler body = BodyHandler.create(false).setBodyLimit(MOST_BYTES);

    Gate(FathomConfig config, Tools tools, Replies replies, Refusals refusals, ObjectMapper json) {
        this.enabled = config.mcp().enabled();
        this.tools = tools;
        this.replies = replies;
        this.refusals = refusals;
        this.json = json;
    }

    void register(@Observes Filters filters) {
        if (enabled) {
            filters.register(this::open, FIRST);
            filters.register(this::read, THEN);
        }
    }

    /** What was sent; missing where it is not JSON. */
    static JsonNode sent(RoutingContext request) {
        JsonNode sent = request.get(SENT);
        return sent == null ? MissingNode.getInstance() : sent;
    }

    private static boolean isMessage(RoutingContext request) {
        String path = request.normalizedPath();
        String type = request.request().getHeader(HttpHeaders.CONTENT_TYPE);
        return (path.equals(PATH) || path.equals(PATH + "/"))
                && HttpMethod.POST.equals(request.request().method())
                && type != null
                && type.trim().toLowerCase(Locale.ROOT).startsWith("application/json");
    }

    private void open(RoutingContext request) {
        if (!isMessage(request)) {
            request.next();
        } else if (isRebound(request)) {
            refusals.refuse(
                    request,
                    ProblemType.FORBIDDEN,
                    "A page may not call this from Origin " + request.request().getHeader(HttpHeaders.ORIGIN)
                            + " unless CORS allows it.");
        } else {
            request.request().resume();
            body.handle(request);
        }
    }

    /**
     * Whether a page sent it whose name may have been made to point here. That it is the name the request was sent to, which
     * {@code EntryFilter} sees to, says nothing then.
     */
    private static boolean isRebound(RoutingContext request) {
        String origin = request.request().getHeader(HttpHeaders.ORIGIN);
        if (origin == null || request.response().headers().contains(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN)) {
            return false;
        }
        try {
            String host = URI.create(origin).getHost();
            return host == null || !ADDRESS.matcher(host).matches();
        } catch (IllegalArgumentException e) {
            return true;
        }
    }

    private void read(RoutingContext request) {
        if (isMessage(request)) {
            JsonNode sent = tree(request);
            request.put(SENT, sent);
            boolean call = Message.CALL_TOOL.equals(sent.path("method").asText());
            if (call && !Message.idOf(sent).isMissingNode()) {
                Replying replying = new Replying(Message.idOf(sent), Revision.isModern(sent), null);
                Refusals.otherwise(request, problem -> replies.refused(replying, problem));
            }
            Optional<AskedFor> asked = call
                    ? tools.askedFor(
                            sent.at("/params/name").asText(), sent.at("/params/arguments"), CurrentCaller.name(request))
                    : Optional.empty();
            asked.orElse(new AskedFor(PATH, Optional.empty())).note(request);
        }
        request.next();
    }

    private JsonNode tree(RoutingContext request) {
        try {
            return json.readTree(
                    request.body().buffer() == null
                            ? new byte[0]
                            : request.body().buffer().getBytes());
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }
}
