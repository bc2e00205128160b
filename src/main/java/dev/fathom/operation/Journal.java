package dev.fathom.operation;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.EventLog;
import dev.fathom.cluster.EventLog.Place;
import dev.fathom.cluster.EventLog.Reading;
import dev.fathom.config.FathomConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The journals of all clusters, each read to its end before a question about it is answered. */
@ApplicationScoped
public class Journal {

    static final String TOPIC = "__fathom_operations";

    private static final DateTimeFormatter DAY_AND_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
    private static final int RANDOM_BYTES = 6;
    /** How long a caller waits for others that are reading the same journal. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final FathomConfig.JournalConfig config;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final String replica = UUID.randomUUID().toString();
    private final Map<String, Read> read = new ConcurrentHashMap<>();

    Journal(FathomConfig config, Clock clock) {
        this.config = config.journal();
        this.clock = clock;
    }

    /** How far the journal of one cluster has been read, and the result. */
    private static final class Read {
        private final ReentrantLock lock = new ReentrantLock();
        private final AtomicLong questions = new AtomicLong();
        /** The last question that the last reading answers: those asked before it began. */
        private long answered;

        private Place place = Place.START;
        private @Nullable History history;
    }

    public boolean enabled() {
        return config.enabled();
    }

    /** Whether no change may be made without it. */
    public boolean required() {
        return config.enabled() && config.required();
    }

    /** This process, told apart from every other and from every earlier run of its own. */
    public String replica() {
        return replica;
    }

    /** A unique id that sorts by time. */
    String newId() {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return "op-" + DAY_AND_TIME.format(clock.instant()) + "-"
                + HexFormat.of().formatHex(bytes);
    }

    private EventLog log(Cluster cluster) {
        return cluster.eventLog(new EventLog.Topic(TOPIC, config.retention(), config.replicationFactor()));
    }

    boolean exists(Cluster cluster) {
        return log(cluster).exists();
    }

    /** Why a change would be refused because of the journal; empty when it would not. */
    public Optional<Blocker> blocker(Cluster cluster) {
        return required() ? blockerOfWaiting(cluster) : Optional.empty();
    }

    /** Why nothing could wait for its group to be empty: what waits is kept in the journal, and nowhere else. */
    public Optional<Blocker> blockerOfWaiting(Cluster cluster) {
        if (!enabled()) {
            return Optional.of(Blocker.of(
                    Blocker.Why.JOURNAL,
                    "What waits is kept in the journal, and that is switched off (fathom.journal.enabled)."));
        }
        try {
            return log(cluster).refusal().map(Blocker::journal);
        } catch (ClusterException e) {
            return Optional.of(Blocker.journal(e));
        }
    }

    /** Creates it where it does not exist yet; the time that takes is not the request's. */
    void make(Cluster cluster) {
        log(cluster).make();
    }

    void append(Cluster cluster, String key, Entry entry) {
        log(cluster).append(key, Entries.bytes(entry));
    }

    /** Reads the journal to its end as of now and asks its history something. */
    <T> T ask(Cluster cluster, Function<History, T> question) {
        Read of = read.computeIfAbsent(cluster.name(), name -> new Read());
        long mine = of.questions.incrementAndGet();
        try {
            if (!of.lock.tryLock(patience(cluster).toMillis(), TimeUnit.MILLISECONDS)) {
                throw new ClusterException(
                        Reason.TIMED_OUT,
                        "Gave up waiting for the journal of cluster \"" + cluster.name() + "\", which others read.");
            }
        } catch (InterruptedException e) {
            throw ClusterException.interrupted(e);
        }
        try {
            if (of.answered < mine) {
                readOn(of, cluster);
            }
            return question.apply(of.history);
        } finally {
            of.lock.unlock();
        }
    }

    private static Duration patience(Cluster cluster) {
        return cluster.left().compareTo(PATIENCE) < 0 ? cluster.left() : PATIENCE;
    }

    /** Answers every question asked by now, so that callers who wait for each other share one reading. */
    private void readOn(Read of, Cluster cluster) {
        long asked = of.questions.get();
        Reading reading = log(cluster).since(of.place);
        if (of.history == null || reading.recreated()) {
            of.history = new History(cluster.name(), config.retention());
        }
        of.history.take(reading.events());
        of.place = reading.next();
        of.answered = asked;
    }
}
