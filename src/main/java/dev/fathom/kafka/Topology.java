package dev.fathom.kafka;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Topic;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartitionInfo;

/**
 * The topics of one cluster as last seen, for a few seconds. Describing a topic by name costs two requests and a lag
 * answer needs every topic of its groups, so asking each time would double its cost.
 *
 * <p>What is remembered can only be wrong in ways the broker corrects: a deleted topic is refused at once, and
 * {@link OffsetReader} looks again when a remembered partition gets no answer. That a topic does not exist is never
 * remembered.
 */
final class Topology {

    /** No topic has a longer one, and one beyond what a request can carry ends the client that is asked for it. */
    private static final int LONGEST_NAME = 249;

    private static final String TOO_LONG = "No topic has a name of more than " + LONGEST_NAME + " characters.";

    private static final Duration REMEMBERED = Duration.ofSeconds(5);
    private static final int AT_MOST = 20_000;
    private static final Duration UNUSED = Duration.ofMinutes(1);
    private static final MicroBatches.Limits LIMITS = new MicroBatches.Limits(2, 5, 20_000);

    private final Cache<String, Topic> seen = Caffeine.newBuilder()
            .expireAfterWrite(REMEMBERED)
            .maximumSize(AT_MOST)
            .build();

    /** What is asked with one client. */
    private final Cache<Admin, MicroBatches<String, Topic>> asking =
            Caffeine.newBuilder().expireAfterAccess(UNUSED).maximumSize(20).build();

    Optional<Topic> remembered(String name) {
        return Optional.ofNullable(seen.getIfPresent(name));
    }

    /** The topics, asking only for those not seen lately, or for all of them when fresh. */
    Map<String, Outcome<Topic>> of(
            Collection<String> names, boolean fresh, Admin admin, Deadline deadline, Answers answers) {
        Map<String, Outcome<Topic>> topics = new LinkedHashMap<>();
        Set<String> unseen = new LinkedHashSet<>();
        for (String name : names) {
            if (name.length() > LONGEST_NAME) {
                topics.put(name, Outcome.failed(new ClusterException(Reason.TOPIC_NOT_FOUND, TOO_LONG)));
                continue;
            }
            Optional<Topic> known = fresh ? Optional.empty() : remembered(name);
            known.ifPresentOrElse(topic -> topics.put(name, Outcome.known(topic)), () -> unseen.add(name));
        }
        if (!unseen.isEmpty()) {
            topics.putAll(ask(unseen, admin, deadline, answers));
        }
        return topics;
    }

    private Map<String, Outcome<Topic>> ask(Set<String> names, Admin admin, Deadline deadline, Answers answers) {
        Map<String, Outcome<Topic>> found =
                answers.apart(describe(names, admin, deadline, answers), some -> apart(some, admin, deadline, answers));
        found.forEach((name, outcome) ->
                outcome.value().ifPresentOrElse(topic -> seen.put(name, topic), () -> seen.invalidate(name)));
        return found;
    }

    /** Together with whoever asks for topics with the same client at this moment. */
    private Map<String, Outcome<Topic>> describe(Set<String> names, Admin admin, Deadline deadline, Answers answers) {
        Map<String, KafkaFuture<Topic>> futures = new LinkedHashMap<>();
        asking.get(admin, Topology::batches)
                .ask(names, deadline)
                .forEach((name, topic) -> futures.put(name, GroupReads.kafka(topic)));
        return answers.outcomes(
                futures, Function.identity(), name -> "describe topic \"" + name + "\" (needs Describe on the topic)");
    }

    private static MicroBatches<String, Topic> batches(Admin admin) {
        return new MicroBatches<>(
                LIMITS, name -> 1, (names, until) -> ask(admin, names, until), MicroBatches.Time.SYSTEM);
    }

    private static Map<String, CompletableFuture<Topic>> ask(Admin admin, Collection<String> names, Deadline until) {
        Map<String, CompletableFuture<Topic>> topics = new HashMap<>();
        admin.describeTopics(
                        TopicCollection.ofTopicNames(names), new DescribeTopicsOptions().timeoutMs(until.millisLeft()))
                .topicNameValues()
                .forEach((name, topic) -> topics.put(
                        name, topic.toCompletionStage().toCompletableFuture().thenApply(Topology::topic)));
        return topics;
    }

    /** By itself: in one answer a topic that the client cannot read spoils the others. */
    private static Map<String, Outcome<Topic>> apart(
            Set<String> names, Admin admin, Deadline deadline, Answers answers) {
        Map<String, KafkaFuture<Topic>> futures = new LinkedHashMap<>();
        ask(admin, names, deadline).forEach((name, topic) -> futures.put(name, GroupReads.kafka(topic)));
        return answers.outcomes(
                futures, Function.identity(), name -> "describe topic \"" + name + "\" (needs Describe on the topic)");
    }

    private static Topic topic(TopicDescription description) {
        return new Topic(
                description.name(),
                description.topicId().toString(),
                description.isInternal(),
                description.partitions().stream()
                        .sorted(Comparator.comparingInt(TopicPartitionInfo::partition))
                        .map(partition -> new Topic.Partition(
                                partition.partition(),
                                leader(partition.leader()),
                                partition.replicas().stream().map(Node::id).toList(),
                                partition.isr().stream().map(Node::id).toList()))
                        .toList());
    }

    private static OptionalInt leader(Node leader) {
        return leader == null || leader.isEmpty() ? OptionalInt.empty() : OptionalInt.of(leader.id());
    }
}
