package dev.fathom.pool.definition;

import dev.fathom.cluster.WireNames;
import dev.fathom.position.Position;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a managed consumer reads, where the records go, and what to do when they do not get there.
 *
 * @param topics read, 1 to 20
 * @param groupId the group its members join; no other definition has it
 * @param members over all replicas; those beyond the partitions stay idle
 * @param startFrom where to begin on partitions the group has no commit for, when the topic is first read
 * @param queueCapacity the most records a member holds that are not committed (with a {@code commitInterval}: not handled)
 * @param queueBytes the most bytes of records a member holds before it stops fetching; one fetch may exceed it
 * @param commitInterval zero commits whatever is handled on every turn of the loop
 * @param maxBytes of one fetch
 * @param maxWait of a fetch for {@code minBytes}
 * @param handlerTimeout after which a sink that has not answered counts as failed
 * @param drainTimeout how long a stop or a rebalance waits for what the sink has in hand
 */
public record Spec(
        List<String> topics,
        String groupId,
        int members,
        Position startFrom,
        OnOutOfRange onOutOfRange,
        OnOffsetsLost onOffsetsLost,
        IsolationLevel isolation,
        Ordering ordering,
        int lanes,
        int queueCapacity,
        int queueBytes,
        Duration commitInterval,
        int minBytes,
        int maxBytes,
        Duration maxWait,
        Retry retry,
        OnExhausted onExhausted,
        boolean acknowledgeLoss,
        Optional<String> deadLetterTopic,
        SinkSpec sink,
        Duration handlerTimeout,
        Duration drainTimeout,
        Protocol protocol) {

    public Spec {
        topics = List.copyOf(topics);
    }

    /** What to do about a commit that lies outside the log. */
    public enum OnOutOfRange {
        EARLIEST,
        LATEST,
        FAIL;

        public String wireName() {
            return WireNames.of(this);
        }
    }

    /** What to do about a partition that was being read and has no commit any more. */
    public enum OnOffsetsLost {
        /** Go on from what the members last said they had committed. */
        CHECKPOINT,
        START_FROM,
        FAIL;

        /** In the words of the definition's fields. */
        public String wireName() {
            return this == START_FROM ? "startFrom" : WireNames.of(this);
        }
    }

    /** Whether records of open and aborted transactions are read. */
    public enum IsolationLevel {
        READ_COMMITTED,
        READ_UNCOMMITTED;

        /** In Kafka's words. */
        public String wireName() {
            return WireNames.of(this).replace('-', '_');
        }
    }

    /** What is handled one after the other. */
    public enum Ordering {
        /** The records of a partition. */
        PARTITION,
        /** The records of a partition with the same key; {@code lanes} keys of it at a time. */
        KEY,
        /** Nothing; {@code lanes} records of a partition at a time. */
        NONE;

        public String wireName() {
            return WireNames.of(this);
        }
    }

    /** What becomes of a record the sink will not take. */
    public enum OnExhausted {
        DEAD_LETTER,
        STOP,
        SKIP;

        public String wireName() {
            return WireNames.of(this);
        }
    }

    /** How members share partitions. */
    public enum Protocol {
        /** Cooperative-sticky, sessions of 15 s: a member killed amid a rebalance is waited for up to twice that. */
        CLASSIC,
        /** KIP-848; the broker's floor for a session is 45 s. */
        CONSUMER;

        public String wireName() {
            return WireNames.of(this);
        }
    }

    /**
     * How often and when a record is offered again.
     *
     * @param maxAttempts after which a record that alone fails is exhausted
     * @param jitter whether the wait is drawn from nothing to the full step, or is the step
     * @param stuckAfter after which a record that fails while no other can be tried is named as what holds the consumer up;
     *     zero: never. Null in definitions stored before it was known
     */
    public record Retry(
            int maxAttempts, Duration initial, double multiplier, Duration max, Jitter jitter, Duration stuckAfter) {

        private static final Duration STUCK_AFTER = Duration.ofMinutes(15);

        public static final Retry DEFAULT =
                new Retry(10, Duration.ofMillis(500), 2, Duration.ofSeconds(60), Jitter.FULL, STUCK_AFTER);

        public Retry {
            stuckAfter = stuckAfter == null ? STUCK_AFTER : stuckAfter;
        }
    }

    public enum Jitter {
        FULL,
        NONE;

        public String wireName() {
            return WireNames.of(this);
        }
    }

    /** Where records go. */
    public sealed interface SinkSpec {

        /** The topic it writes to, if it writes to one. */
        default Optional<String> topic() {
            return Optional.empty();
        }
    }

    /**
     * POSTs each record.
     *
     * @param secretRef names a configured secret to sign with
     * @param headers added to every call
     * @param passHeaders which of the record's headers go along: names, or beginnings of names and {@code *}; null, as in
     *     definitions stored before there was this, means none
     */
    public record Webhook(String url, Optional<String> secretRef, Map<String, String> headers, List<String> passHeaders)
            implements SinkSpec {
        public Webhook {
            headers = Map.copyOf(headers);
            passHeaders = passHeaders == null ? List.of() : List.copyOf(passHeaders);
        }
    }

    /** Forwards each record to another topic. */
    public record ToTopic(String name) implements SinkSpec {
        @Override
        public Optional<String> topic() {
            return Optional.of(name);
        }
    }

    /**
     * Writes each record to the service's log.
     *
     * @param sample one record of so many is written, all are taken
     */
    public record Log(Level level, int sample) implements SinkSpec {}

    public enum Level {
        DEBUG,
        INFO,
        WARN;

        public String wireName() {
            return WireNames.of(this);
        }
    }

    public Spec withMembers(int wanted) {
        return new Spec(
                topics,
                groupId,
                wanted,
                startFrom,
                onOutOfRange,
                onOffsetsLost,
                isolation,
                ordering,
                lanes,
                queueCapacity,
                queueBytes,
                commitInterval,
                minBytes,
                maxBytes,
                maxWait,
                retry,
                onExhausted,
                acknowledgeLoss,
                deadLetterTopic,
                sink,
                handlerTimeout,
                drainTimeout,
                protocol);
    }
}
