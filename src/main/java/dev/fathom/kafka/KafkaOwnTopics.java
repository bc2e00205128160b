package dev.fathom.kafka;

import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.OwnTopics;
import dev.fathom.cluster.Required;
import dev.fathom.cluster.Topic;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/** The topics of managed consumers, for the length of one request. */
final class KafkaOwnTopics implements OwnTopics {

    private final Connection connection;
    private final Admin admin;
    private final TopicLookup lookup;
    private final Deadline deadline;
    private final Answers answers;

    KafkaOwnTopics(Connection connection, Admin admin, TopicLookup lookup, Deadline deadline, Answers answers) {
        this.connection = connection;
        this.admin = admin;
        this.lookup = lookup;
        this.deadline = deadline;
        this.answers = answers;
    }

    @Override
    public Map<String, String> ids(Collection<String> names) {
        Map<String, String> ids = new HashMap<>();
        lookup.of(List.copyOf(names)).forEach((name, outcome) -> outcome.unless(Reason.TOPIC_NOT_FOUND)
                .ifPresent(topic -> ids.put(name, topic.topicId())));
        return ids;
    }

    @Override
    public Optional<ClusterException> refusal(Shape shape) {
        String name = shape.name();
        if (Required.in(lookup.of(List.of(name)), name)
                .unless(Reason.TOPIC_NOT_FOUND)
                .isPresent()) {
            return Required.in(new TopicRights(admin, deadline, answers).of(List.of(name)), name)
                            .orThrow()
                            .containsAll(Set.of("READ", "WRITE"))
                    ? Optional.empty()
                    : Optional.of(new ClusterException(
                            Reason.NOT_AUTHORIZED,
                            "The ACLs of cluster \"" + connection.settings().name()
                                    + "\" do not let the service run consumers: it needs Read and Write on topic \""
                                    + name
                                    + "\"."));
        }
        return new Making(connection, admin, deadline).refusal(wanted(shape));
    }

    @Override
    public void make(Shape shape) {
        Optional<Topic> there =
                Required.in(lookup.of(List.of(shape.name())), shape.name()).unless(Reason.TOPIC_NOT_FOUND);
        if (there.isPresent()) {
            verify(shape, there.get());
            return;
        }
        new Making(connection, admin, deadline).make(wanted(shape));
    }

    private static NewTopic wanted(Shape shape) {
        return new NewTopic(
                        shape.name(),
                        Optional.of(shape.partitions()),
                        shape.replicationFactor() < 0 ? Optional.empty() : Optional.of(shape.replicationFactor()))
                .configs(Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        shape.compacted() ? TopicConfig.CLEANUP_POLICY_COMPACT : TopicConfig.CLEANUP_POLICY_DELETE));
    }

    private void verify(Shape shape, Topic topic) {
        String policy = new TopicConfigs(admin, deadline, answers)
                .of(shape.name(), TopicConfig.CLEANUP_POLICY_CONFIG)
                .orThrow();
        boolean compacted = policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT);
        if (topic.partitions().size() != shape.partitions() || compacted != shape.compacted()) {
            throw new ClusterException(
                    Reason.UNAVAILABLE,
                    "Topic \"" + shape.name() + "\" of cluster \""
                            + connection.settings().name() + "\" has "
                            + topic.partitions().size()
                            + " partitions and cleanup.policy=" + policy + "; managed consumers need "
                            + shape.partitions() + " and " + (shape.compacted() ? "compact" : "delete")
                            + ". It is not used like this.");
        }
    }
}
