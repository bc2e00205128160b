package dev.fathom.cluster;

/** Where one record lies. */
public record RecordPlace(TopicPartition partition, long offset) {

    public String topic() {
        return partition.topic();
    }

    @Override
    public String toString() {
        return partition + "@" + offset;
    }
}
