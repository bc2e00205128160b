package dev.fathom.operation;

import dev.fathom.cluster.RecordPlace;
import java.util.Optional;

/**
 * A record that is copied to another topic, so that its group can go on after it.
 *
 * @param record where it lies
 * @param to the topic of the copy
 * @param toTopicId of that topic: one recreated under the name has another
 * @param copy where the copy lies; empty while nobody has acknowledged one
 */
public record Parking(RecordPlace record, String to, String toTopicId, Optional<RecordPlace> copy) {

    public Parking copiedTo(RecordPlace place) {
        return new Parking(record, to, toTopicId, Optional.of(place));
    }
}
