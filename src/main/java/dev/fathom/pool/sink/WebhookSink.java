package dev.fathom.pool.sink;

import dev.fathom.pool.sink.Verdict.EndpointFault;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * POSTs each record's value. No redirect is followed, no proxy used, and the address connected to is one that was checked: each
 * of the host's in turn, until one can be connected to. Of the answer only the status and {@code Retry-After} count; its body
 * is read and dropped, for so long and no longer.
 */
final class WebhookSink implements Sink {

    private static final int MOST_ANSWER_BYTES = 64 << 10;
    private static final Duration LONGEST_BODY = Duration.ofSeconds(5);
    /** So that slow bodies do not hold every connection. */
    private static final int MOST_BODIES = WebhookClient.MOST_CONNECTIONS / 2;
    /** After this the other end may close a connection just as it is used again. */
    private static final Duration MAYBE_CLOSING = Duration.ofSeconds(1);

    private final WebhookSpec spec;
    private final Duration timeout;
    private final Optional<byte[]> key;
    private final WebhookAddresses addresses;
    private final HttpClient client;
    private final Vertx vertx;
    private final Clock clock;
    private final URI uri;
    /** Answers whose status is known and whose body is not over. */
    private final AtomicInteger bodies = new AtomicInteger();

    /** @param timeout of a call, from looking its host up to the status of the answer */
    WebhookSink(
            WebhookSpec spec,
            Duration timeout,
            Optional<String> secret,
            WebhookAddresses addresses,
            HttpClient client,
            Vertx vertx,
            Clock clock) {
        this.spec = spec;
        this.timeout = timeout;
        this.key = secret.map(WebhookCall::key);
        this.addresses = addresses;
        this.client = client;
        this.vertx = vertx;
        this.clock = clock;
        this.uri = URI.create(spec.url());
    }

    @Override
    public void deliver(Delivery delivery, Consumer<Verdict> done) {
        new Call(delivery, done).begin();
    }

    private String host() {
        return uri.getHost() + ":" + WebhookRules.port(uri);
    }

    /** One call, which ends once. */
    private final class Call {

        private final byte[] body;
        private final MultiMap headers;
        private final Consumer<Verdict> done;
        private final AtomicBoolean ended = new AtomicBoolean();
        private final long deadline = System.nanoTime() + timeout.toNanos();
        private final long timer;
        /** Why the addresses tried so far could not be connected to; used by one thread at a time. */
        private final List<String> notConnected = new ArrayList<>();

        private volatile String waitingFor = "The name " + uri.getHost() + " did not resolve";
        private volatile @Nullable HttpClientRequest request;
        private volatile @Nullable InetAddress asked;
        private boolean again;

        private Call(Delivery delivery, Consumer<Verdict> done) {
            byte[] value = delivery.record().value();
            this.body = value == null ? new byte[0] : value;
            // Now, not once connected: a failure here is thrown to the caller.
            this.headers = WebhookCall.headers(delivery, body, spec, key, clock.instant());
            this.done = done;
            this.timer = vertx.setTimer(timeout.toMillis(), fired -> tooLate());
        }

        private void begin() {
            addresses.find(found -> connect(found, 0), refusal -> end(EndpointFault.outage(refusal)));
        }

        private void connect(List<InetAddress> found, int next) {
            if (ended.get()) {
                return;
            }
            waitingFor = "No connection to " + host();
            InetAddress to = found.get(next);
            asked = to;
            // An address that does not answer leaves time for the next.
            long share = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()) / (found.size() - next);
            RequestOptions options = new RequestOptions()
                    .setMethod(HttpMethod.POST)
                    .setServer(SocketAddress.inetSocketAddress(WebhookRules.port(uri), to.getHostAddress()))
                    .setHost(uri.getHost())
                    .setPort(WebhookRules.port(uri))
                    .setSsl("https".equalsIgnoreCase(uri.getScheme()))
                    .setURI(WebhookCall.target(uri))
                    .setFollowRedirects(false)
                    .setConnectTimeout(Math.max(1, share));
            Future<HttpClientRequest> connected;
            try {
                connected = client.request(options);
            } catch (IllegalStateException e) {
                failed("The sink is closed.");
                return;
            }
            connected
                    .onFailure(failure -> failedToConnect(found, next, failure))
                    .onSuccess(made -> send(made, found, next));
        }

        private void failedToConnect(List<InetAddress> found, int next, Throwable failure) {
            InetAddress to = found.get(next);
            addresses.failed(to);
            notConnected.add(CallProblem.connecting(failure) + " (" + to.getHostAddress() + ")");
            if (next + 1 < found.size()) {
                connect(found, next + 1);
            } else {
                failed(host() + " cannot be called: " + String.join("; ", notConnected) + ".");
            }
        }

        private void send(HttpClientRequest made, List<InetAddress> found, int next) {
            request = made;
            if (ended.get()) {
                made.reset();
                return;
            }
            waitingFor = "No answer";
            made.headers().setAll(headers);
            boolean maybeClosing = WebhookClient.idle(made.connection()).compareTo(MAYBE_CLOSING) > 0;
            made.send(Buffer.buffer(body))
                    .onFailure(failure -> {
                        if (maybeClosing && !again) {
                            // It may not have seen the call; if it has, it recognizes the id.
                            again = true;
                            connect(found, next);
                        } else {
                            addresses.failed(found.get(next));
                            failed("The call failed: " + CallProblem.answering(failure) + ".");
                        }
                    })
                    .onSuccess(response -> answered(response, found.get(next)));
        }

        private void answered(HttpClientResponse response, InetAddress by) {
            addresses.worked(by);
            end(verdict(response));
            new Body(response).drop();
        }

        private void tooLate() {
            InetAddress silent = asked;
            if (silent != null) {
                addresses.failed(silent);
            }
            failed(waitingFor + " within " + timeout + ".");
        }

        private void failed(String message) {
            HttpClientRequest made = request;
            if (end(EndpointFault.outage(message)) && made != null) {
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

    /** The body of an answer: read and dropped, within bounds of size and time. */
    private final class Body {

        private final HttpClientResponse response;
        private final AtomicBoolean over = new AtomicBoolean();
        private final long timer;
        private int read;

        private Body(HttpClientResponse response) {
            this.response = response;
            long patience = Math.min(timeout.toMillis(), LONGEST_BODY.toMillis());
            this.timer = vertx.setTimer(patience, fired -> cut());
        }

        private void drop() {
            boolean tooMany = bodies.incrementAndGet() > MOST_BODIES;
            response.exceptionHandler(broken -> over());
            response.endHandler(end -> over());
            response.handler(chunk -> {
                read += chunk.length();
                if (read > MOST_ANSWER_BYTES) {
                    cut();
                }
            });
            // Another protocol was not asked for: the connection is of no more use.
            if (tooMany || response.statusCode() < 200) {
                cut();
            }
        }

        private void cut() {
            over();
            response.request().reset();
        }

        private void over() {
            if (over.compareAndSet(false, true)) {
                vertx.cancelTimer(timer);
                bodies.decrementAndGet();
            }
        }
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
                        status == 429 || (status >= 502 && status <= 504),
                        RetryAfter.read(response.getHeader("Retry-After"), clock.instant()),
                        message);
        };
    }

    @Override
    public void close() {
        client.close();
    }
}
