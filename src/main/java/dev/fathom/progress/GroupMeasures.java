package dev.fathom.progress;

import java.util.List;

/**
 * One group at the last look, in numbers.
 *
 * @param partitions in the order of topic and partition
 */
public record GroupMeasures(String id, int members, Verdict verdict, List<Measure> partitions) {}
