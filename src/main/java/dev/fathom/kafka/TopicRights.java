package dev.fathom.kafka;

import dev.fathom.cluster.Outcome;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicCollection;

/** Asks what the service's own principal may do to topics. Never remembered: ACLs are changed to make a call work. */
final class TopicRights {

    private final Admin admin;
    private final Deadline deadline;
    private final Answers answers;

    TopicRights(Admin admin, Deadline deadline, Answers answers) {
        this.admin = admin;
        this.deadline = deadline;
        this.answers = answers;
    }

    Map<String, Outcome<Set<String>>> of(Collection<String> topics) {
        return answers.apart(ask(topics), this::ask);
    }

    private Map<String, Outcome<Set<String>>> ask(Collection<String> topics) {
        return answers.outcomes(
                admin.describeTopics(
                                TopicCollection.ofTopicNames(topics),
                                new DescribeTopicsOptions()
                                        .includeAuthorizedOperations(true)
                                        .timeoutMs(deadline.millisLeft()))
                        .topicNameValues(),
                TopicRights::words,
                topic -> "describe topic \"" + topic + "\" (needs Describe on the topic)");
    }

    private static Set<String> words(TopicDescription topic) {
        return topic.authorizedOperations().stream().map(Enum::name).collect(Collectors.toSet());
    }
}
