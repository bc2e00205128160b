package dev.fathom.http.diagnosis;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.operation.Operation;
import dev.fathom.operation.Operations;
import dev.fathom.progress.GroupEvent;
import dev.fathom.progress.GroupEvent.Moved;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Tells moves of commits that others made from those made through this service, by its journal. */
@ApplicationScoped
class MovesByOthers {

    private static final Logger LOG = Logger.getLogger(MovesByOthers.class);

    /** Another replica's clock may have stamped the operation. */
    private static final Duration CLOCKS_APART = Duration.ofSeconds(5);

    private final Operations operations;

    MovesByOthers(Operations operations) {
        this.operations = operations;
    }

    /** The events without the moves the journal explains; without any where it cannot be read: those may be the service's own. */
    List<GroupEvent> among(Cluster cluster, String group, List<GroupEvent> events) {
        if (events.stream().noneMatch(event -> event.moved().isPresent())) {
            return events;
        }
        List<Operation> own;
        try {
            own = operations.on(cluster, group);
        } catch (ClusterException e) {
            LOG.debugf("Moves of group %s are not told: %s", group, e.getMessage());
            return events.stream().filter(event -> event.moved().isEmpty()).toList();
        }
        return events.stream().flatMap(event -> left(event, own).stream()).toList();
    }

    private static Optional<GroupEvent> left(GroupEvent event, List<Operation> own) {
        if (event.moved().isEmpty()) {
            return Optional.of(event);
        }
        Moved moved = event.moved().get();
        List<Moved.OfPartition> unexplained = moved.partitions().stream()
                .filter(each -> own.stream()
                        .noneMatch(operation -> explains(operation, each.partition(), moved.after(), event.at())))
                .toList();
        // One operation that explains those that are named explains those that are counted alone.
        return unexplained.isEmpty()
                ? Optional.empty()
                : Optional.of(new GroupEvent(
                        event.at(),
                        event.kind(),
                        event.what(),
                        Optional.of(new Moved(moved.after(), unexplained, moved.others()))));
    }

    private static boolean explains(Operation operation, TopicPartition partition, Instant after, Instant until) {
        return !operation.at().isAfter(until.plus(CLOCKS_APART))
                && !operation.endedAt().orElse(until).isBefore(after.minus(CLOCKS_APART))
                && operation.changes().get().stream()
                        .anyMatch(change -> change.partition().equals(partition));
    }
}
