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
    public void make(Shape shape) {
        Optional<Topic> there =
                Required.in(lookup.of(List.of(shape.name())), shape.name()).unless(Reason.TOPIC_NOT_FOUND);
        if (there.isPresent()) {
            verify(shape, there.get());
            return;
        }
        NewTopic wanted = new NewTopic(
                        shape.name(),
                        Optional.of(shape.partitions()),
                        shape.replicationFactor() < 0 ? Optional.empty() : Optional.of(shape.replicationFactor()))
                .configs(Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        shape.compacted() ? TopicConfig.CLEANUP_POLICY_COMPACT : TopicConfig.CLEANUP_POLICY_DELETE));
        new Making(connection, admin, deadline).make(wanted);
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
                            + ". Nothing is read from it or written to it as it is.");
        }
    }
}
