/**
 * What Fathom asks of a Kafka cluster, in Fathom's own words: the one port between the features and Kafka.
 *
 * <p>{@link dev.fathom.cluster.Cluster} is that port; the records here are its questions and answers, free of any
 * client library. Answers about many things are maps from the thing asked for to an
 * {@link dev.fathom.cluster.Outcome}, so one that fails never hides the others. Whatever goes wrong is a
 * {@link dev.fathom.cluster.ClusterException} with a {@link dev.fathom.cluster.ClusterException.Reason}.
 *
 * <p>Implemented by {@code kafka}. Nothing here knows HTTP, JSON or the Kafka client.
 */
package dev.fathom.cluster;
