package dev.fathom.operation;

import dev.fathom.cluster.RecordPlace;
import dev.fathom.cluster.TopicPartition;
import java.util.OptionalLong;

/**
 * A parked record that is put back on the topic it came from.
 *
 * @param copy where it is parked
 * @param topicId of the topic it is parked in: one recreated under the name has another
 * @param to the log it is put back on
 * @param offset it has there now; empty while nobody has acknowledged it
 */
public record Redrive(RecordPlace copy, String topicId, TopicPartition to, OptionalLong offset) {

    public Redrive acknowledgedAt(long place) {
        return new Redrive(copy, topicId, to, OptionalLong.of(place));
    }

    /** Whether it is about the same copy. */
    public boolean isOf(RecordPlace place, String ofTopic) {
        return copy.equals(place) && topicId.equals(ofTopic);
    }
}
