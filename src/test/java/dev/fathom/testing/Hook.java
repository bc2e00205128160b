package dev.fathom.testing;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A webhook's other end: an HTTP server on loopback that remembers what it was sent and answers as it is told. */
public final class Hook implements AutoCloseable {

    /** The secret configured for it under {@code hook}. */
    public static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
    private final HttpServer server;
    private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
    private volatile Function<Call, Reply> script;

    /** One call. @param headers by lower-case name @param reply what it was answered; null within the script */
    public record Call(String path, Map<String, String> headers, byte[] body, Reply reply) {

        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        public long offset() {
            return Long.parseLong(headers.get("ce-kafkaoffset"));
        }

        public int partition() {
            return Integer.parseInt(headers.get("ce-kafkapartition"));
        }

        /** The record's place. */
        public String place() {
            return partition() + "@" + offset();
        }
    }

    /** What to answer. @param afterMillis how long to wait; -1 for ever */
    public record Reply(int status, Map<String, String> headers, long afterMillis) {

        public static Reply of(int status) {
            return new Reply(status, Map.of(), 0);
        }

        public static Reply never() {
            return new Reply(0, Map.of(), -1);
        }
    }

    private Hook(Function<Call, Reply> script) {
        this.script = script;
        this.server = vertx.createHttpServer(new HttpServerOptions().setIdleTimeout(60))
                .requestHandler(this::handle);
        try {
            server.listen(0, "127.0.0.1")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    public static Hook answering(Function<Call, Reply> script) {
        return new Hook(script);
    }

    public static Hook taking() {
        return new Hook(call -> Reply.of(200));
    }

    public void script(Function<Call, Reply> other) {
        script = other;
    }

    private void handle(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            Map<String, String> headers = new ConcurrentHashMap<>();
            request.headers().forEach(header -> headers.put(header.getKey().toLowerCase(), header.getValue()));
            Reply reply = script.apply(new Call(request.path(), headers, body.getBytes(), null));
            calls.add(new Call(request.path(), headers, body.getBytes(), reply));
            if (reply.afterMillis() < 0) {
                return;
            }
            if (reply.afterMillis() == 0) {
                answer(request, reply);
            } else {
                vertx.setTimer(reply.afterMillis(), fired -> answer(request, reply));
            }
        });
    }

    private static void answer(HttpServerRequest request, Reply reply) {
        if (!request.response().closed()) {
            reply.headers().forEach(request.response()::putHeader);
            request.response().setStatusCode(reply.status()).end();
        }
    }

    public int port() {
        return server.actualPort();
    }

    /** As it stands in a definition. */
    public String url() {
        return "http://localhost:" + port() + "/kafka";
    }

    public List<Call> calls() {
        return List.copyOf(calls);
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
