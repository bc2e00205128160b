package dev.fathom.cluster;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A transaction that is open on a partition.
 *
 * @param firstOffset its first record there: nothing from it on can be read by those who read what is committed
 * @param lastWrite when its producer last wrote there
 * @param transactionalId empty where no coordinator tells, as of a transaction that hangs since its coordinator knows it no more
 * @param startedAt by the coordinator's clock; empty where no coordinator tells
 * @param coordinator the broker that decides on it; empty where none tells
 */
public record OpenTransaction(
        long producerId,
        int producerEpoch,
        long firstOffset,
        Instant lastWrite,
        Optional<String> transactionalId,
        Optional<Instant> startedAt,
        OptionalInt coordinator) {}
