/**
 * One member of a managed consumer at work. {@link dev.fathom.pool.worker.Member} is what others hold of it: it takes
 * control, and shows a status. On its one thread {@link dev.fathom.pool.worker.PollLoop} owns the KafkaConsumer,
 * {@link dev.fathom.pool.worker.PartitionWork} tracks what was received of one partition, and
 * {@link dev.fathom.pool.worker.Dispatch} offers it to the sink and decides what becomes of what the sink does not take.
 * Nothing here knows definitions in a store, other replicas or HTTP.
 */
package dev.fathom.pool.worker;
