package dev.fathom.pool.definition;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A managed consumer as it is stored.
 *
 * @param uid assigned at creation; a consumer recreated under the same name has another
 * @param version of all of it, for compare-and-set; from 1
 * @param generation increases when members have to restart: on restarts, and on changes of the spec other than
 *     {@code members}
 * @param note why the service itself changed {@code desired}
 * @param known the topics whose start is committed; partitions beyond those known are new
 * @param failure why it stopped by itself, until somebody starts it
 * @param reset the operation that is moving its group; no members run meanwhile
 * @param deleting whether it is removed once its members are gone
 */
public record Definition(
        String name,
        String uid,
        long version,
        long generation,
        Desired desired,
        Spec spec,
        Signature created,
        Signature updated,
        Optional<String> note,
        Map<String, KnownTopic> known,
        Optional<Failure> failure,
        Optional<String> reset,
        boolean deleting) {

    public record Signature(String by, Instant at) {}

    /** A topic as it was when it was last looked at. */
    public record KnownTopic(String topicId, int partitions) {}

    /**
     * Why a consumer stopped by itself.
     *
     * @param reason a word: {@code topic-deleted}, {@code poison-record} …
     */
    public record Failure(String reason, String detail, Instant at) {}

    public Definition {
        known = Map.copyOf(known);
    }

    public static Definition created(String name, String uid, Desired desired, Spec spec, Signature by) {
        return new Definition(
                name,
                uid,
                1,
                1,
                desired,
                spec,
                by,
                by,
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                false);
    }

    /** Whether members are to run, paused or not. */
    public boolean wantsMembers() {
        return desired != Desired.STOPPED && !deleting && failure.isEmpty() && reset.isEmpty();
    }

    public boolean begun() {
        return known.keySet().containsAll(spec.topics());
    }

    private Definition next(
            long generation,
            Desired desired,
            Spec spec,
            Signature by,
            Optional<String> note,
            Map<String, KnownTopic> known,
            Optional<Failure> failure,
            Optional<String> reset,
            boolean deleting) {
        return new Definition(
                name, uid, version + 1, generation, desired, spec, created, by, note, known, failure, reset, deleting);
    }

    /** With what an operator wants now; a failure is cleared. */
    public Definition desiring(Desired wanted, Signature by) {
        return next(generation, wanted, spec, by, Optional.empty(), known, Optional.empty(), reset, deleting);
    }

    /** Paused by the service itself. */
    public Definition pausedBecause(String why) {
        return next(generation, Desired.PAUSED, spec, updated, Optional.of(why), known, failure, reset, deleting);
    }

    /** With another spec; topics no longer read are forgotten. */
    public Definition with(Spec other, Desired wanted, Signature by) {
        boolean restarts = !other.withMembers(spec.members()).equals(spec);
        Map<String, KnownTopic> kept = new HashMap<>(known);
        kept.keySet().retainAll(other.topics());
        Map<String, KnownTopic> knownThen = other.groupId().equals(spec.groupId()) ? kept : Map.of();
        return next(
                restarts ? generation + 1 : generation,
                wanted,
                other,
                by,
                Optional.empty(),
                knownThen,
                Optional.empty(),
                reset,
                deleting);
    }

    /**
     * Running, with restarted members.
     *
     * @param otherTopics whether its topics are read as they are now, since they were deleted or recreated
     */
    public Definition restarted(Signature by, boolean otherTopics) {
        return next(
                generation + 1,
                Desired.RUNNING,
                spec,
                by,
                Optional.empty(),
                otherTopics ? Map.of() : known,
                Optional.empty(),
                reset,
                deleting);
    }

    public Definition knowing(Map<String, KnownTopic> topics) {
        return next(generation, desired, spec, updated, note, topics, failure, reset, deleting);
    }

    public Definition failed(Failure why) {
        return next(generation, desired, spec, updated, note, known, Optional.of(why), reset, deleting);
    }

    /** Its group is moved by an operation; empty when that is over. */
    public Definition resetting(Optional<String> operation) {
        return next(generation, desired, spec, updated, note, known, failure, operation, deleting);
    }

    public Definition deleted(Signature by) {
        return next(generation, desired, spec, by, note, known, failure, reset, true);
    }
}
