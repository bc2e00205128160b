/**
 * Where groups are: commits against the ends of their logs, partition by partition, and what follows from that.
 *
 * <p>{@link dev.fathom.lag.Lag} asks the cluster (commits first, ends after, so that no lag is negative),
 * {@code Measurement} turns the answers into {@link dev.fathom.lag.PartitionLag} rows without asking anything, and
 * {@link dev.fathom.lag.LagTotals} sums rows up. A number that cannot be known is null and its row says why in its
 * {@link dev.fathom.lag.PartitionStatus}.
 */
package dev.fathom.lag;
