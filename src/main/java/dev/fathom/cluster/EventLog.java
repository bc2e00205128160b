package dev.fathom.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A topic of the service's own, with one partition: what every replica appended, in one order that all of them see. An
 * event may be of any size; large ones are written in parts and appear where their last part lies.
 */
public interface EventLog {

    /**
     * Which topic, and how it is made where it does not exist.
     *
     * @param retention how long events are kept
     * @param replicationFactor -1 takes the brokers' default
     */
    record Topic(String name, Duration retention, short replicationFactor) {}

    /**
     * One event.
     *
     * @param offset its place in the order
     * @param appendedAt on the broker's clock, so that the times of two events can be compared whoever wrote them
     */
    record Event(long offset, Instant appendedAt, String key, byte[] value) {}

    /**
     * What was read.
     *
     * @param next where to go on
     * @param recreated whether the log was not the one read before (deleted and recreated, or truncated), so that these events
     *     are all there is and what was read before must be forgotten
     */
    record Reading(List<Event> events, Place next, boolean recreated) {}

    /** Where a reader is in the log; only the log itself can tell what it says. */
    interface Place {

        Place START = new Place() {
            @Override
            public String toString() {
                return "start";
            }
        };
    }

    boolean exists();

    /**
     * Why an append would be refused, as far as that can be asked; empty when it would be accepted.
     *
     * @throws ClusterException when it cannot be asked
     */
    Optional<ClusterException> refusal();

    /**
     * Makes the topic if it is not there. The deadline of the handle is put off by what that takes.
     *
     * @throws ClusterException when it could not be made
     */
    void make();

    /**
     * Appends an event and makes the topic if it is not there; returns once every in-sync replica has it.
     *
     * @throws ClusterException when it was not written, or it is not known whether it was
     */
    void append(String key, byte[] value);

    /**
     * Everything appended since a place, to the end of the log as of the call. A topic that is not there has no events.
     *
     * @throws ClusterException when the end was not reached in time
     */
    Reading since(Place place);
}
