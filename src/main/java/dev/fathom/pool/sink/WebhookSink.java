package dev.fathom.pool.sink;

import dev.fathom.pool.definition.Spec;
import dev.fathom.pool.sink.Verdict.EndpointFault;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * POSTs each record's value. No redirect is followed, no proxy used, and the address connected to is the one that was
 * checked. Of the answer only the status and {@code Retry-After} count; its body is read and dropped.
 */
final class WebhookSink implements Sink {

    private static final long ADDRESS_STANDS_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final Duration LONGEST_RETRY_AFTER = Duration.ofMinutes(10);
    private static final int MOST_ANSWER_BYTES = 64 << 10;
    private static final int MOST_CONNECTIONS = 256;

    private final Spec.Webhook spec;
    private final Optional<byte[]> key;
    private final WebhookRules rules;
    private final Resolver resolver;
    private final Executor blocking;
    private final Clock clock;
    private final Duration timeout;
    private final URI uri;
    private final Vertx vertx;
    private final HttpClient client;
    private final AtomicReference<Checked> address = new AtomicReference<>();

    /** Turns a name into addresses. */
    interface Resolver {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    /** An address that may be connected to, for a short while. */
    private record Checked(InetAddress address, long at) {}

    /** @param blocking for looking names up */
    WebhookSink(
            Spec.Webhook spec,
            Duration timeout,
            Optional<String> secret,
            WebhookRules rules,
            Resolver resolver,
            Executor blocking,
            Vertx vertx,
            Clock clock) {
        this.spec = spec;
        this.key = secret.map(WebhookCall::key);
        this.rules = rules;
        this.resolver = resolver;
        this.blocking = blocking;
        this.clock = clock;
        this.timeout = timeout;
        this.uri = URI.create(spec.url());
        this.vertx = vertx;
        this.client = vertx.createHttpClient(new HttpClientOptions()
                .setMaxPoolSize(MOST_CONNECTIONS)
                .setKeepAlive(true)
                .setConnectTimeout((int) timeout.toMillis())
                .setIdleTimeout((int) Math.max(1, timeout.toSeconds() * 2))
                .setDecompressionSupported(false));
    }

    @Override
    public void deliver(Delivery delivery, Consumer<Verdict> done) {
        Checked known = address.get();
        if (known != null && System.nanoTime() - known.at() < ADDRESS_STANDS_NANOS) {
            send(known.address(), delivery, done);
        } else {
            blocking.execute(() -> look(delivery, done));
        }
    }

    private void look(Delivery delivery, Consumer<Verdict> done) {
        Optional<String> refusal = rules.refusal(spec.url());
        if (refusal.isPresent()) {
            done.accept(EndpointFault.outage(refusal.get()));
            return;
        }
        InetAddress[] resolved;
        try {
            resolved = resolver.resolve(uri.getHost());
        } catch (UnknownHostException e) {
            done.accept(EndpointFault.outage("The name " + uri.getHost() + " does not resolve."));
            return;
        }
        Optional<InetAddress> allowed = rules.allowed(resolved);
        if (allowed.isEmpty()) {
            done.accept(EndpointFault.outage("The name " + uri.getHost()
                    + " resolves to an address webhooks may not reach (fathom.pool.webhook.allowed-cidrs)."));
            return;
        }
        address.set(new Checked(allowed.get(), System.nanoTime()));
        send(allowed.get(), delivery, done);
    }

    private void send(InetAddress to, Delivery delivery, Consumer<Verdict> done) {
        new Call(done).send(to, delivery);
    }

    /** One call, which ends once. */
    private final class Call {

        private final Consumer<Verdict> done;
        private final AtomicBoolean ended = new AtomicBoolean();
        private final long timer;
        private volatile HttpClientRequest request;

        private Call(Consumer<Verdict> done) {
            this.done = done;
            this.timer = vertx.setTimer(
                    timeout.toMillis(), fired -> failed(EndpointFault.outage("No answer within " + timeout + ".")));
        }

        private void send(InetAddress to, Delivery delivery) {
            byte[] value = delivery.record().value();
            byte[] body = value == null ? new byte[0] : value;
            MultiMap headers = WebhookCall.headers(delivery, body, spec.headers(), key, clock.instant());
            int port = WebhookRules.port(uri);
            String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
            RequestOptions options = new RequestOptions()
                    .setMethod(HttpMethod.POST)
                    .setServer(SocketAddress.inetSocketAddress(port, to.getHostAddress()))
                    .setHost(uri.getHost())
                    .setPort(port)
                    .setSsl("https".equalsIgnoreCase(uri.getScheme()))
                    .setURI(uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery())
                    .setFollowRedirects(false)
                    .setHeaders(headers);
            client.request(options).onFailure(failure -> failed(io(failure))).onSuccess(made -> {
                request = made;
                if (ended.get()) {
                    made.reset();
                    return;
                }
                made.send(Buffer.buffer(body))
                        .onFailure(failure -> failed(io(failure)))
                        .onSuccess(this::answered);
            });
        }

        private void answered(HttpClientResponse response) {
            end(verdict(response));
            int[] read = new int[1];
            response.handler(chunk -> {
                read[0] += chunk.length();
                if (read[0] > MOST_ANSWER_BYTES) {
                    response.request().reset();
                }
            });
            response.exceptionHandler(ignored -> {
                // What comes after the status changes nothing.
            });
        }

        private void failed(Verdict verdict) {
            HttpClientRequest made = request;
            if (end(verdict) && made != null) {
                made.reset();
            }
        }

        private boolean end(Verdict verdict) {
            if (!ended.compareAndSet(false, true)) {
                return false;
            }
            vertx.cancelTimer(timer);
            done.accept(verdict);
            return true;
        }
    }

    private static Verdict io(Throwable failure) {
        // By kind: what the other end put into a message is not ours to repeat.
        return EndpointFault.outage("The call failed: " + failure.getClass().getSimpleName() + ".");
    }

    private Verdict verdict(HttpClientResponse response) {
        int status = response.statusCode();
        if (status >= 200 && status < 300) {
            return Verdict.TAKEN;
        }
        String message = "It answered " + status + ".";
        return switch (status) {
            case 400, 413, 415, 422 -> new Verdict.RecordFault(OptionalInt.of(status), message);
            case 410 -> new Verdict.Gone(message);
            default ->
                new EndpointFault(
                        OptionalInt.of(status),
                        status == 429 || status >= 502 && status <= 504,
                        retryAfter(response.getHeader("Retry-After")),
                        message);
        };
    }

    /** Seconds or a date; at most ten minutes. */
    Optional<Duration> retryAfter(String header) {
        if (header == null) {
            return Optional.empty();
        }
        try {
            Duration wait = header.matches("[0-9]{1,9}")
                    ? Duration.ofSeconds(Long.parseLong(header))
                    : Duration.between(
                            clock.instant(),
                            Instant.from(ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME)));
            if (wait.isNegative()) {
                return Optional.empty();
            }
            return Optional.of(wait.compareTo(LONGEST_RETRY_AFTER) > 0 ? LONGEST_RETRY_AFTER : wait);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
