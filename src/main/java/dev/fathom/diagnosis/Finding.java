package dev.fathom.diagnosis;

import dev.fathom.cluster.Member;
import dev.fathom.cluster.OpenTransaction;
import dev.fathom.cluster.TopicPartition;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Something found in a group.
 *
 * @param since the first look at it; empty where that is not watched
 * @param topic empty where it is about the group
 * @param partition empty where it is about the topic or the group
 * @param member whom it is about; empty where it is about none
 * @param evidence the numbers it rests on, by what they are
 * @param message in words, with names and numbers
 * @param next what to look at, or do
 * @param transaction the open one it is about; empty where it is about none, and where the brokers do not tell
 */
public record Finding(
        FindingKind kind,
        Optional<Instant> since,
        Optional<String> topic,
        Optional<Integer> partition,
        Optional<Member> member,
        Map<String, Number> evidence,
        String message,
        List<Next> next,
        Optional<OpenTransaction> transaction) {

    Finding(
            FindingKind kind,
            Optional<Instant> since,
            Optional<String> topic,
            Optional<Integer> partition,
            Optional<Member> member,
            Map<String, Number> evidence,
            String message,
            List<Next> next) {
        this(kind, since, topic, partition, member, evidence, message, next, Optional.empty());
    }

    static Finding on(
            FindingKind kind, TopicPartition partition, Map<String, Number> evidence, String message, List<Next> next) {
        return new Finding(
                kind,
                Optional.empty(),
                Optional.of(partition.topic()),
                Optional.of(partition.partition()),
                Optional.empty(),
                evidence,
                message,
                next);
    }

    static Finding of(FindingKind kind, Map<String, Number> evidence, String message, List<Next> next) {
        return new Finding(
                kind, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), evidence, message, next);
    }

    Finding since(Instant first) {
        return new Finding(kind, Optional.of(first), topic, partition, member, evidence, message, next, transaction);
    }

    Finding about(Member whom) {
        return new Finding(kind, since, topic, partition, Optional.of(whom), evidence, message, next, transaction);
    }

    /** The same, with the transaction that holds its partition. */
    Finding heldBy(OpenTransaction open, Instant now) {
        Map<String, Number> more = new LinkedHashMap<>(evidence);
        more.put("producerId", open.producerId());
        more.put("producerEpoch", open.producerEpoch());
        more.put("transactionFirstOffset", open.firstOffset());
        Optional<Long> age = open.startedAt()
                .map(start -> Math.max(0, Duration.between(start, now).toSeconds()));
        age.ifPresent(seconds -> more.put("openSeconds", seconds));
        String who = " It is held by producer " + open.producerId() + " (epoch " + open.producerEpoch() + ")"
                + open.transactionalId()
                        .map(id -> ", transactional id \"" + id + "\"")
                        .orElse(", of which no coordinator tells")
                + age.map(seconds -> ", open for " + seconds + " s").orElse("")
                + ", from offset " + open.firstOffset() + " on.";
        return new Finding(kind, since, topic, partition, member, more, message + who, next, Optional.of(open));
    }

    /** The lag it is about, for ranking; 0 where it is about none. */
    long weight() {
        Number lag = evidence.get("lag");
        return lag == null ? 0 : lag.longValue();
    }

    /** A call that can be made as it stands. */
    public sealed interface Next {

        /** The record at an offset. */
        record ReadRecord(TopicPartition partition, long offset) implements Next {}

        record ListMembers() implements Next {}

        record ListOffsets(String topic) implements Next {}

        /** Where the group is on all of its topics. */
        record ListGroupOffsets() implements Next {}

        record History() implements Next {}

        /** Where a log begins and ends. */
        record TopicOffsets(TopicPartition partition) implements Next {}

        record ListOperations() implements Next {}

        /** What a move would do: a dry run. */
        record PlanMove(TopicPartition partition, String to) implements Next {}
    }
}
