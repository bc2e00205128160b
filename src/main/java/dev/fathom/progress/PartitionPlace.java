package dev.fathom.progress;

import java.util.OptionalInt;

/**
 * Where one partition lives, as of the last look.
 *
 * @param leader the broker that serves it; empty while there is none
 * @param preferred whether that is the first of its replicas
 * @param replicas how many brokers are to keep a copy
 * @param inSync how many of them have it whole
 */
public record PartitionPlace(OptionalInt leader, boolean preferred, int replicas, int inSync) {}
