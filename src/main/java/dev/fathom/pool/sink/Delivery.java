package dev.fathom.pool.sink;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A record on its way to a sink, and where it comes from. */
public record Delivery(ConsumerRecord<byte[], byte[]> record, Origin origin) {

    /**
     * Whose record it is.
     *
     * @param cluster the name the cluster is configured under
     * @param clusterId the cluster's own id, the same for every replica of the service
     * @param topicId the incarnation of the topic
     */
    public record Origin(String cluster, String clusterId, String consumer, String group, String topicId) {}
}
