package dev.fathom.pool.sink;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record on its way to a sink, and where it comes from.
 *
 * @param alone whether it must share nothing with other records that could fail it, as a batch
 */
public record Delivery(ConsumerRecord<byte[], byte[]> record, Origin origin, boolean alone) {

    public Delivery(ConsumerRecord<byte[], byte[]> record, Origin origin) {
        this(record, origin, false);
    }

    /**
     * Whose record it is.
     *
     * @param cluster the name the cluster is configured under
     * @param clusterId the cluster's own id, the same for every replica of the service
     * @param topicId the incarnation of the topic
     */
    public record Origin(String cluster, String clusterId, String consumer, String group, String topicId) {}
}
