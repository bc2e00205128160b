package dev.fathom.reset;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Required;
import dev.fathom.cluster.Topic;
import dev.fathom.operation.Operation;
import dev.fathom.operation.Operations;
import dev.fathom.operation.Status;
import dev.fathom.parking.ParkedRecord;
import dev.fathom.parking.ParkingTopic;
import dev.fathom.parking.ParkingTopic.Parked;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Set;

/** Lists what is parked for groups, with what the journal knows of it. */
@ApplicationScoped
public class ParkedRecords {

    private final Operations operations;

    ParkedRecords(Operations operations) {
        this.operations = operations;
    }

    /**
     * What is parked.
     *
     * @param records by partition, the latest first
     * @param whole whether every record of the topic was looked at
     */
    public record ParkedList(List<ParkedRecord> records, boolean whole, String topicId, List<Operation> redrives) {

        /** The operations that put a record back, or may have, the latest first. */
        public List<Operation> redrivesOf(ParkedRecord record) {
            return redrives.stream()
                    .filter(operation -> operation
                            .redrive()
                            .filter(redrive -> redrive.isOf(record.copy(), topicId))
                            .isPresent())
                    .toList();
        }
    }

    /** @throws ClusterException {@code TOPIC_NOT_FOUND}, {@code NOT_AUTHORIZED} */
    public ParkedList list(Cluster cluster, String group, String name) {
        Topic topic = Required.in(cluster.topics(Set.of(name)), name).orThrow();
        Parked parked = new ParkingTopic(topic).list(cluster, group);
        List<Operation> redrives = operations.on(cluster, group).stream()
                .filter(operation -> operation.redrive().isPresent())
                .filter(operation -> operation.status() == Status.APPLYING
                        || operation.status().leftTraces())
                .toList();
        return new ParkedList(parked.records(), parked.whole(), topic.topicId(), redrives);
    }
}
