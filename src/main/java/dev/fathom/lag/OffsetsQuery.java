package dev.fathom.lag;

import dev.fathom.cluster.Isolation;
import java.util.Optional;

/**
 * How a group's offsets are to be measured.
 *
 * @param isolation where the end of a log is: the high watermark, or the last stable offset
 * @param stable whether commits that an open transaction may replace are left out
 * @param topic the only one that is wanted; empty for all
 */
public record OffsetsQuery(Isolation isolation, boolean stable, Optional<String> topic) {

    public static final OffsetsQuery DEFAULT = new OffsetsQuery(Isolation.READ_UNCOMMITTED, false, Optional.empty());

    OffsetsQuery onEveryTopic() {
        return new OffsetsQuery(isolation, stable, Optional.empty());
    }
}
