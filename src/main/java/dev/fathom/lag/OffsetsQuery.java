package dev.fathom.lag;

import dev.fathom.cluster.Isolation;

/**
 * How a group's offsets are to be measured.
 *
 * @param isolation where the end of a log is: the high watermark, or the last stable offset
 * @param stable whether commits that an open transaction may replace are left out
 */
public record OffsetsQuery(Isolation isolation, boolean stable) {

    public static final OffsetsQuery DEFAULT = new OffsetsQuery(Isolation.READ_UNCOMMITTED, false);
}
