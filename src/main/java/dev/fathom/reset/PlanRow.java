package dev.fathom.reset;

import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.operation.Blocker;
import dev.fathom.operation.Change;
import dev.fathom.past.PastCommits.Known;
import dev.fathom.position.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a plan does to one partition.
 *
 * @param topicId empty where the topic is gone
 * @param from what is committed; empty for nothing
 * @param to what is to be committed; empty for nothing
 * @param position the place that was asked for; empty where none was
 * @param first the log start; empty when unknown
 * @param last the high watermark; empty when unknown
 * @param timestamp of the record at the target, where known
 * @param problem why the row cannot be carried out
 * @param warning what makes the target one to look at twice
 * @param past what is known of the moment the position names; empty where it names none
 */
public record PlanRow(
        TopicPartition partition,
        String topicId,
        Optional<Commit> from,
        Optional<Commit> to,
        Optional<Position> position,
        Optional<Long> first,
        Optional<Long> last,
        Optional<Instant> timestamp,
        Optional<Note> note,
        Intention intention,
        Optional<Blocker> problem,
        Optional<String> warning,
        Optional<Known> past) {

    /** Of a position that names no moment of the past. */
    public PlanRow(
            TopicPartition partition,
            String topicId,
            Optional<Commit> from,
            Optional<Commit> to,
            Optional<Position> position,
            Optional<Long> first,
            Optional<Long> last,
            Optional<Instant> timestamp,
            Optional<Note> note,
            Intention intention,
            Optional<Blocker> problem,
            Optional<String> warning) {
        this(
                partition,
                topicId,
                from,
                to,
                position,
                first,
                last,
                timestamp,
                note,
                intention,
                problem,
                warning,
                Optional.empty());
    }

    /** Clocks that differ by no more than this are not wrong. */
    private static final Duration CLOCKS_APART = Duration.ofMinutes(1);

    /** What the caller should know about a row. */
    public enum Note {
        CLAMPED_TO_FIRST,
        CLAMPED_TO_LAST,
        NO_RECORD_AT_OR_AFTER,
        UNCHANGED,
        /** The group has members, and whether one subscribes to the topic without owning a partition is not public. */
        SUBSCRIPTION_UNKNOWN
    }

    public enum Intention {
        PLANNED,
        UNCHANGED,
        /** Left alone, as asked. */
        SKIPPED
    }

    /** How far the commit moves, in offsets; negative for back. Empty unless there is a commit before and after. */
    public Optional<Long> delta() {
        return from.flatMap(before -> to.map(after -> after.offset() - before.offset()));
    }

    /** Offsets that will be read again: those moved back over that the log still has. */
    public Optional<Long> replayed() {
        return from.flatMap(before -> to.map(after -> {
            long end = last.map(known -> Math.min(known, before.offset())).orElse(before.offset());
            return Math.max(0, end - Math.max(after.offset(), first.orElse(0L)));
        }));
    }

    /** Offsets that will never be read: those moved forward over that the log still has. */
    public Optional<Long> skipped() {
        return from.flatMap(before -> to.map(after -> {
            long start = first.map(known -> Math.max(known, before.offset())).orElse(before.offset());
            return Math.max(0, after.offset() - start);
        }));
    }

    Change change() {
        return new Change(partition, topicId, from, to);
    }

    PlanRow at(Instant time, Instant now) {
        return new PlanRow(
                partition,
                topicId,
                from,
                to,
                position,
                first,
                last,
                Optional.of(time),
                note,
                intention,
                problem,
                dated(partition, time, now).or(() -> warning),
                past);
    }

    /** A record dated in the future is the first "at or after" every instant before it, wherever it lies. */
    static Optional<String> dated(TopicPartition partition, Instant time, Instant now) {
        return time.isAfter(now.plus(CLOCKS_APART))
                ? Optional.of("The record at the target on " + partition + " is dated " + time
                        + ", which is in the future: whoever wrote it had a wrong clock, and positions by time find such"
                        + " a record instead of later ones. Look at the records around it first.")
                : Optional.empty();
    }
}
