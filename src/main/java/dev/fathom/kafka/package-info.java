/**
 * The Kafka adapter: the only package that imports the Admin client.
 *
 * <p>{@link dev.fathom.kafka.KafkaClusters} holds one {@code Connection} for each configured cluster; a request takes a
 * {@code KafkaCluster} handle from it, whose calls end by the request's deadline. Each question is one class
 * ({@code GroupDescriber}, {@code CommitReader}, {@code OffsetReader}, {@code Topology}, {@code RecordReader}), futures
 * become answers in {@code Answers}, and the client's exceptions become ours in {@code Translator}: by type, never by
 * message.
 *
 * <p>{@code Probe} knows whether a cluster answers, and {@code Diagnosis} finds out why one does not, address by address
 * ({@code Contact}), below the Admin client.
 *
 * <p>What the client really does is written where it matters: the calls it repeats, the errors it drops, the loops it
 * spins in.
 */
package dev.fathom.kafka;
