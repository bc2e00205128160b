package dev.fathom.kafka;

import dev.fathom.cluster.Arrival;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Reachability;
import dev.fathom.config.ClusterSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;

/**
 * What outlives a request on one cluster: the clients, made when first needed so that a cluster that cannot be reached,
 * or whose names do not resolve, never hurts the start; what is known of its topics; whether it answers.
 */
final class Connection implements AutoCloseable {

    private static final Duration LONGER_THAN_ANY_CHANGE = Duration.ofMinutes(2);

    private final ClusterSettings settings;
    private final Clock clock;
    private final Map<Purpose, Admin> admins = new EnumMap<>(Purpose.class);
    private final Topology topology = new Topology();
    private final OffsetsTopic offsetsTopic = new OffsetsTopic(topology);
    private final Probe probe;
    private final Translator translator;
    private final JournalClients journalClients = new JournalClients(this);
    private final GroupReads groupReads = new GroupReads(this);
    private volatile boolean closed;

    Connection(ClusterSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.probe = new Probe(this, clock);
        this.translator = new Translator(settings.name(), probe::reachability);
    }

    ClusterSettings settings() {
        return settings;
    }

    Clock clock() {
        return clock;
    }

    Topology topology() {
        return topology;
    }

    OffsetsTopic offsetsTopic() {
        return offsetsTopic;
    }

    Translator translator() {
        return translator;
    }

    JournalClients journalClients() {
        return journalClients;
    }

    GroupReads groupReads() {
        return groupReads;
    }

    Probe probe() {
        return probe;
    }

    Reachability reachability() {
        return probe.reachability();
    }

    /**
     * The Admin client of a purpose. While the circuit is open there is none but the probe's: nobody waits for a cluster that
     * is known not to answer.
     *
     * @throws ClusterException {@code UNAVAILABLE} when none can be made, as when no bootstrap name resolves
     */
    Admin admin(Purpose purpose) {
        if (purpose != Purpose.HEALTH) {
            probe.refuseWhileOpen();
        }
        return made(purpose);
    }

    private synchronized Admin made(Purpose purpose) {
        if (closed) {
            throw new ClusterException(ClusterException.Reason.UNAVAILABLE, "The service is shutting down.");
        }
        Admin admin = admins.get(purpose);
        if (admin == null) {
            try {
                admin = Admin.create(clientProperties(purpose));
            } catch (KafkaException e) {
                throw new ClusterException(
                        ClusterException.Reason.UNAVAILABLE,
                        "No client can be made for cluster \"" + settings.name() + "\": " + rootMessage(e),
                        e);
            }
            admins.put(purpose, admin);
        }
        return admin;
    }

    /**
     * Lets the clients go, all but the probe's: one that reaches no broker goes round for as long as it lives. Whoever was given
     * one keeps it until what it is for is over.
     */
    synchronized void rest() {
        groupReads.rest();
        for (Purpose purpose : Purpose.values()) {
            Admin admin = purpose == Purpose.HEALTH ? null : admins.remove(purpose);
            if (admin != null) {
                CompletableFuture.delayedExecutor(LONGER_THAN_ANY_CHANGE.toMillis(), TimeUnit.MILLISECONDS)
                        .execute(() -> admin.close(Duration.ZERO));
            }
        }
    }

    static String rootMessage(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return Optional.ofNullable(root.getMessage()).orElse("no reason given");
    }

    /** Short deadlines and back-offs, whatever the operator set, and nothing that listens or reports by itself. */
    Map<String, Object> clientProperties(Purpose purpose) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, 4000);
        properties.put(CommonClientConfigs.RETRY_BACKOFF_MS_CONFIG, purpose.retryBackoffMillis());
        properties.put(CommonClientConfigs.RETRY_BACKOFF_MAX_MS_CONFIG, 200L);
        properties.put(CommonClientConfigs.RECONNECT_BACKOFF_MS_CONFIG, 50L);
        properties.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1000L);
        properties.put(CommonClientConfigs.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG, 2000L);
        properties.put(CommonClientConfigs.SOCKET_CONNECTION_SETUP_TIMEOUT_MAX_MS_CONFIG, 4000L);
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.max(4000, (int)
                settings.callTimeout().toMillis()));
        properties.put(AdminClientConfig.ENABLE_METRICS_PUSH_CONFIG, false);
        properties.put(CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG, "");
        properties.putAll(settings.clientProperties());
        properties.put(CommonClientConfigs.CLIENT_ID_CONFIG, "fathom-" + purpose.word());
        return properties;
    }

    boolean isClosed() {
        return closed;
    }

    /** The bridge to what the client answers until a deadline. */
    Answers answers(Deadline deadline) {
        return new Answers(deadline, translator, probe);
    }

    Deadline deadline(Arrival arrival) {
        return Deadline.after(arrival, settings.callTimeout());
    }

    @Override
    public synchronized void close() {
        closed = true;
        journalClients.close();
        groupReads.close();
        admins.values().forEach(admin -> admin.close(Duration.ofSeconds(1)));
        admins.clear();
    }
}
