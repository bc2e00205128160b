package dev.fathom.pool.definition;

import dev.fathom.cluster.Word;
import dev.fathom.position.Position;
import dev.fathom.position.Position.Anchor;
import dev.fathom.position.Position.Shifted;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a managed consumer reads, where the records go, and what happens to those that do not get there. */
public record Spec(Source source, Membership membership, Start start, Limits limits, Handling handling, Faults faults) {

    public static Spec of(List<String> topics, String groupId, SinkSpec sink) {
        return new Spec(
                Source.of(topics),
                Membership.of(groupId),
                Start.DEFAULT,
                Limits.DEFAULT,
                Handling.of(sink),
                Faults.DEFAULT);
    }

    public List<String> topics() {
        return source.topics();
    }

    public String groupId() {
        return membership.groupId();
    }

    public int members() {
        return membership.members();
    }

    public SinkSpec sink() {
        return handling.sink();
    }

    public Spec withMembers(int wanted) {
        return new Spec(
                source, new Membership(groupId(), wanted, membership.protocol()), start, limits, handling, faults);
    }

    public Spec with(Start other) {
        return new Spec(source, membership, other, limits, handling, faults);
    }

    public Spec with(Limits other) {
        return new Spec(source, membership, start, other, handling, faults);
    }

    public Spec with(Faults other) {
        return new Spec(source, membership, start, limits, handling, other);
    }

    /**
     * What is read, and how it is fetched.
     *
     * @param topics 1 to 20
     * @param maxBytes of one fetch
     * @param maxWait of a fetch for {@code minBytes}
     */
    public record Source(List<String> topics, IsolationLevel isolation, int minBytes, int maxBytes, Duration maxWait) {

        public Source {
            topics = List.copyOf(topics);
        }

        public static Source of(List<String> topics) {
            return new Source(topics, IsolationLevel.READ_COMMITTED, 1, 4 << 20, Duration.ofMillis(500));
        }
    }

    /**
     * The group its members join.
     *
     * @param groupId no other definition has it
     * @param members over all replicas; those beyond the partitions stay idle
     */
    public record Membership(String groupId, int members, Protocol protocol) {

        public static Membership of(String groupId) {
            return new Membership(groupId, 1, Protocol.CLASSIC);
        }
    }

    /**
     * Where reading starts.
     *
     * @param startFrom on partitions the group has no commit for, when the topic is first read
     */
    public record Start(Position startFrom, OnOutOfRange onOutOfRange, OnOffsetsLost onOffsetsLost) {

        public static final Start DEFAULT =
                new Start(new Shifted(Anchor.LATEST, 0), OnOutOfRange.FAIL, OnOffsetsLost.CHECKPOINT);
    }

    /**
     * How much a member holds, and how long it may keep it.
     *
     * @param queueCapacity the most records that are not committed (with a {@code commitInterval}: not handled)
     * @param queueBytes the most bytes of records before it stops fetching; one fetch may exceed it
     * @param commitInterval zero commits what is handled on every turn of the loop
     * @param drainTimeout how long a stop or a rebalance waits for what the sink has in hand
     */
    public record Limits(int queueCapacity, int queueBytes, Duration commitInterval, Duration drainTimeout) {

        public static final Limits DEFAULT = new Limits(100, 8 << 20, Duration.ZERO, Duration.ofSeconds(30));
    }

    /**
     * Where records go, and in what order.
     *
     * @param lanes records of a partition that are handled at once, where {@code ordering} allows it
     * @param handlerTimeout after which a sink that has not answered counts as failed
     */
    public record Handling(SinkSpec sink, Ordering ordering, int lanes, Duration handlerTimeout) {

        public static Handling of(SinkSpec sink) {
            return new Handling(sink, Ordering.PARTITION, 8, Duration.ofSeconds(15));
        }
    }

    /**
     * What happens to records the sink does not take.
     *
     * @param acknowledgeLoss whether the operator has accepted that skipped records are lost
     */
    public record Faults(
            Retry retry, OnExhausted onExhausted, boolean acknowledgeLoss, Optional<String> deadLetterTopic) {

        public static final Faults DEFAULT = deadLetters(Optional.empty());

        /** With the defaults; without a topic for dead letters the consumer stops. */
        public static Faults deadLetters(Optional<String> topic) {
            return new Faults(Retry.DEFAULT, OnExhausted.usual(topic), false, topic);
        }
    }

    /** What to do about a commit that lies outside the log. */
    public enum OnOutOfRange implements Word {
        EARLIEST,
        LATEST,
        FAIL;
    }

    /** What to do about a partition that was being read and has no commit any more. */
    public enum OnOffsetsLost implements Word {
        /** Go on from what the members last said they had committed. */
        CHECKPOINT,
        START_FROM,
        FAIL;

        /** In the words of the definition's fields. */
        @Override
        public String wireName() {
            return this == START_FROM ? "startFrom" : Word.super.wireName();
        }
    }

    /** Whether records of open and aborted transactions are read. */
    public enum IsolationLevel implements Word {
        READ_COMMITTED,
        READ_UNCOMMITTED;

        /** In Kafka's words. */
        @Override
        public String wireName() {
            return Word.super.wireName().replace('-', '_');
        }
    }

    /** Which records are handled one after the other. */
    public enum Ordering implements Word {
        /** The records of a partition. */
        PARTITION,
        /** The records of a partition with the same key; {@code lanes} keys of it at a time. */
        KEY,
        /** Nothing; {@code lanes} records of a partition at a time. */
        NONE;
    }

    /** What becomes of a record the sink will not take. */
    public enum OnExhausted implements Word {
        DEAD_LETTER,
        STOP,
        SKIP;

        /** What is done unless the definition says otherwise. */
        public static OnExhausted usual(Optional<String> deadLetterTopic) {
            return deadLetterTopic.isPresent() ? DEAD_LETTER : STOP;
        }
    }

    /** How members share partitions. */
    public enum Protocol implements Word {
        /** Cooperative-sticky, sessions of 15 s: a member killed amid a rebalance is waited for up to twice that. */
        CLASSIC,
        /** KIP-848; the broker's floor for a session is 45 s. */
        CONSUMER;
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

    public enum Jitter implements Word {
        FULL,
        NONE;
    }
}
