package dev.fathom.kafka;

import dev.fathom.cluster.Required;
import dev.fathom.kafka.Contact.Outcome.Answered;
import dev.fathom.kafka.Contact.Outcome.Failed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.utils.Utils;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Finds out why a cluster, or a part of it, does not answer: goes to every bootstrap address, asks one that answers where the
 * brokers say they are, and goes there. Runs in the background on one thread of its own, for a bounded time and not too
 * often; nobody waits for it.
 */
final class Diagnosis {

    private static final Logger LOG = Logger.getLogger(Diagnosis.class);

    private static final Duration PAUSE = Duration.ofSeconds(15);
    private static final Duration LONGEST = Duration.ofSeconds(20);
    private static final int MOST_ADDRESSES = 30;
    private static final int MOST_TOLD = 5;

    private final Connection connection;
    private final Consumer<Optional<String>> found;
    private boolean running;
    private boolean outdated;
    private long earliest = System.nanoTime();
    private volatile Optional<String> problem = Optional.empty();

    /** @param found is told the result of each; empty when everything answers */
    Diagnosis(Connection connection, Consumer<Optional<String>> found) {
        this.connection = connection;
        this.found = found;
    }

    /** The result of the last one. */
    Optional<String> problem() {
        return problem;
    }

    /** Discards the last result, and that of one under way. */
    synchronized void forget() {
        problem = Optional.empty();
        outdated = running;
        earliest = System.nanoTime();
    }

    /** Begins one, unless one is under way or was made just now. */
    synchronized void begin() {
        if (running || System.nanoTime() - earliest < 0 || connection.isClosed()) {
            return;
        }
        running = true;
        outdated = false;
        Thread thread = new Thread(
                this::run, "fathom-diagnosis-" + connection.settings().name());
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        Optional<String> came = problem;
        try {
            came = look();
        } catch (RuntimeException e) {
            LOG.debugf(
                    e,
                    "No diagnosis could be made: cluster=%s",
                    connection.settings().name());
        } finally {
            end(came);
        }
    }

    private void end(Optional<String> came) {
        synchronized (this) {
            running = false;
            earliest = System.nanoTime() + PAUSE.toNanos();
            if (outdated) {
                return;
            }
            problem = came;
        }
        if (!connection.isClosed()) {
            found.accept(came);
        }
    }

    private Optional<String> look() {
        Walk walk = new Walk(new Contact(connection.clientProperties(Purpose.HEALTH)));
        String name = connection.settings().name();
        List<String> told = new ArrayList<>();
        List<Node> brokers = List.of();
        String answering = "";
        for (String address : bootstrap()) {
            Contact.Outcome outcome = walk.to(address);
            if (outcome instanceof Failed failed) {
                told.add("bootstrap " + address + ": " + failed.what() + "; check " + failed.check()
                        + " (fathom.clusters." + name + ".bootstrap-servers)");
            } else if (outcome instanceof Answered answered && brokers.isEmpty()) {
                brokers = answered.brokers();
                answering = address;
            }
        }
        for (Node broker : brokers) {
            String address = Utils.formatAddress(broker.host(), broker.port());
            if (walk.to(address) instanceof Failed failed) {
                told.add("bootstrap " + answering + " answers, and broker " + broker.id() + " advertises " + address
                        + ": " + failed.what() + "; check " + failed.check()
                        + " (advertised.listeners of that broker)");
            }
        }
        return told.isEmpty() ? Optional.empty() : Optional.of(text(told));
    }

    private List<String> bootstrap() {
        String servers =
                Required.in(connection.settings().clientProperties(), CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG);
        return Arrays.stream(servers.split(","))
                .map(String::strip)
                .filter(address -> !address.isEmpty())
                .toList();
    }

    private static String text(List<String> told) {
        String first = String.join(". ", told.subList(0, Math.min(MOST_TOLD, told.size())));
        return told.size() > MOST_TOLD ? first + ". And " + (told.size() - MOST_TOLD) + " more" : first;
    }

    /** Tries each address once, within bounds of time and number, and counts those left. */
    private static final class Walk {
        private final Contact contact;
        private final Map<String, Contact.Outcome> been = new LinkedHashMap<>();
        private final long end = System.nanoTime() + LONGEST.toNanos();

        private Walk(Contact contact) {
            this.contact = contact;
        }

        private Contact.@Nullable Outcome to(String address) {
            if (!been.containsKey(address)) {
                if (been.size() >= MOST_ADDRESSES || System.nanoTime() - end > 0) {
                    return new Answered(List.of());
                }
                been.put(address, go(address));
            }
            return been.get(address);
        }

        private Contact.@Nullable Outcome go(String address) {
            String host = Utils.getHost(address);
            Integer port = Utils.getPort(address);
            return host == null || port == null
                    ? new Failed("it is not host:port", "how it is written")
                    : contact.with(host, port);
        }
    }
}
