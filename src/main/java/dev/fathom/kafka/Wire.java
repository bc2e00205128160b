package dev.fathom.kafka;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.ApiVersions;
import org.apache.kafka.clients.ClientRequest;
import org.apache.kafka.clients.ClientResponse;
import org.apache.kafka.clients.ClientUtils;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.DefaultHostResolver;
import org.apache.kafka.clients.ManualMetadataUpdater;
import org.apache.kafka.clients.NetworkClient;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.utils.LogContext;
import org.apache.kafka.common.utils.Time;

/**
 * One connection to each broker, and one thread that sends requests there and reads what comes back. Below the Admin client:
 * that looks up the coordinator before each question, keeps one request on its way to each broker, and makes several objects
 * of each committed offset, where here an answer is read into arrays by the thread that received it.
 *
 * <p>Nothing is tried twice. A request that fails is for the Admin client, which knows when to try again.
 */
final class Wire implements AutoCloseable {

    private static final int IN_FLIGHT_TO_A_BROKER = 32;
    private static final long SLICE_MILLIS = 100;
    private static final long IDLE_MILLIS = 30_000;
    /** A request that is late closes its connection, so one caller with little time must not make it late. */
    private static final int LEAST_TIMEOUT_MILLIS = 1000;

    private static final long LATELY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private record Sent(
            Node broker,
            AbstractRequest.Builder<?> request,
            Deadline until,
            CompletableFuture<AbstractResponse> answer) {}

    /** All without an answer: the client forgets what is on its way when it is closed. */
    private final Set<Sent> open = ConcurrentHashMap.newKeySet();

    private final Queue<Sent> arrived = new ConcurrentLinkedQueue<>();
    private final Queue<Sent> unsent = new ArrayDeque<>();
    private final Map<Integer, Long> heardAt = new ConcurrentHashMap<>();
    private final Metrics metrics = new Metrics();
    private final NetworkClient client;
    private final Runnable heard;
    private volatile boolean closed;
    private volatile boolean retired;

    /**
     * @param properties of a client of the cluster
     * @param clientId what the brokers know it by
     * @param cluster part of the thread's name
     * @param heard is run for each answer, also for one that nobody waits for any more; must not block
     */
    Wire(Map<String, Object> properties, String clientId, String cluster, Runnable heard) {
        this.heard = heard;
        Map<String, Object> own = new HashMap<>(properties);
        own.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
        AdminClientConfig config = new AdminClientConfig(own);
        this.client = ClientUtils.createNetworkClient(
                config,
                clientId,
                metrics,
                "fathom",
                new LogContext(),
                new ApiVersions(),
                Time.SYSTEM,
                IN_FLIGHT_TO_A_BROKER,
                config.getInt(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG),
                null,
                new ManualMetadataUpdater(),
                new DefaultHostResolver(),
                null,
                null);
        Thread thread = new Thread(this::run, clientId + "-" + cluster);
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Sends a request and reads its answer, both on the thread of this wire.
     *
     * @param reading of the answer; must not block
     * @return fails where there is no answer by the deadline, no connection, or an answer that cannot be read
     */
    <R extends AbstractResponse, T> CompletableFuture<T> send(
            Node broker, AbstractRequest.Builder<?> request, Deadline until, Class<R> type, Function<R, T> reading) {
        CompletableFuture<AbstractResponse> answer = new CompletableFuture<>();
        CompletableFuture<T> read = answer.thenApply(response -> reading.apply(type.cast(response)));
        Sent sent = new Sent(broker, request, until, answer);
        open.add(sent);
        var unused = answer.whenComplete((response, failure) -> open.remove(sent));
        if (closed) {
            answer.completeExceptionally(new DisconnectException("the connection was closed"));
        } else {
            arrived.add(sent);
            client.wakeup();
        }
        return read;
    }

    private void run() {
        Throwable end = new DisconnectException("the connection was closed");
        try (metrics;
                client) {
            while (!closed && !(retired && open.isEmpty())) {
                sendWhatCanBe();
                client.poll(pause(), System.currentTimeMillis());
            }
        } catch (RuntimeException | Error e) {
            end = e;
        } finally {
            closed = true;
            for (Sent lost : open) {
                lost.answer().completeExceptionally(end);
            }
        }
    }

    private long pause() {
        if (!unsent.isEmpty()) {
            return 1;
        }
        return client.hasInFlightRequests() ? SLICE_MILLIS : IDLE_MILLIS;
    }

    private void sendWhatCanBe() {
        for (Sent next = arrived.poll(); next != null; next = arrived.poll()) {
            unsent.add(next);
        }
        long now = System.currentTimeMillis();
        Iterator<Sent> each = unsent.iterator();
        while (each.hasNext()) {
            Sent sent = each.next();
            if (sent.until().passed()) {
                each.remove();
                sent.answer().completeExceptionally(new TimeoutException("not sent in time"));
            } else if (client.ready(sent.broker(), now)) {
                each.remove();
                ClientRequest request = client.newClientRequest(
                        sent.broker().idString(),
                        sent.request(),
                        now,
                        true,
                        Math.max(LEAST_TIMEOUT_MILLIS, sent.until().millisLeft()),
                        response -> answered(sent, response));
                try {
                    client.send(request, now);
                } catch (RuntimeException e) {
                    sent.answer().completeExceptionally(e);
                }
            } else if (client.connectionFailed(sent.broker())) {
                each.remove();
                RuntimeException refused = client.authenticationException(sent.broker());
                sent.answer()
                        .completeExceptionally(refused != null ? refused : new DisconnectException("no connection"));
            }
        }
    }

    private void answered(Sent sent, ClientResponse response) {
        if (response.hasResponse()) {
            heardAt.put(sent.broker().id(), System.nanoTime());
            heard.run();
            sent.answer().complete(response.responseBody());
        } else if (response.authenticationException() != null) {
            sent.answer().completeExceptionally(response.authenticationException());
        } else if (response.versionMismatch() != null) {
            sent.answer().completeExceptionally(response.versionMismatch());
        } else if (response.wasTimedOut()) {
            sent.answer().completeExceptionally(new TimeoutException("no answer in time"));
        } else {
            sent.answer().completeExceptionally(new DisconnectException("the connection was lost"));
        }
    }

    /** Whether a broker answered within the last second. */
    boolean heardLately(Node broker) {
        Long at = heardAt.get(broker.id());
        return at != null && System.nanoTime() - at < LATELY_NANOS;
    }

    boolean isClosed() {
        return closed;
    }

    /** Ends the thread once everything that was sent has its answer, or has failed: a slow broker is still heard. */
    void retire() {
        retired = true;
        client.wakeup();
    }

    /** Ends the thread soon; what has no answer by then fails. */
    @Override
    public void close() {
        closed = true;
        client.wakeup();
    }
}
