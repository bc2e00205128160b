/**
 * Managed consumers: background consumers that operators define over HTTP and every replica of the service helps to run.
 *
 * <ul>
 *   <li>{@code definition}: what one is to do, as values, and the rules for it
 *   <li>{@code store}: where definitions and member reports are kept, on two topics of the cluster
 *   <li>{@code worker}: one member at work
 *   <li>{@code sink}: where records go
 * </ul>
 *
 * <p>Here they are put together. {@link dev.fathom.pool.ManagedConsumers} is what HTTP calls. {@link dev.fathom.pool.Pools}
 * holds one {@link dev.fathom.pool.ClusterPool} a cluster, whose one thread starts and stops members as the definitions say:
 * {@link dev.fathom.pool.Roster} starts and stops members, {@link dev.fathom.pool.Housekeeping} does what one replica does
 * for all. This is the one feature that uses Kafka's consumer and producer itself; everything else it asks the port.
 */
package dev.fathom.pool;
