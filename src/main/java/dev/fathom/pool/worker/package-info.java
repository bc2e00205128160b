/**
 * One member of a managed consumer at work. {@link dev.fathom.pool.worker.Member} owns a KafkaConsumer on a thread of its
 * own, {@link dev.fathom.pool.worker.PartitionWork} tracks what was received of one partition, and
 * {@link dev.fathom.pool.worker.Dispatch} offers it to the sink and decides what becomes of what the sink does not take.
 * Nothing here knows definitions in a store, other replicas or HTTP.
 */
package dev.fathom.pool.worker;
