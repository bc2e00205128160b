package dev.fathom.kafka;

import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.LogPoint;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Required;
import dev.fathom.cluster.Topic;
import dev.fathom.cluster.TopicPartition;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Makes a topic of the service's own, once in a cluster's life, for whoever happens to need it first. It has a deadline of its
 * own, and that of the request is put off by what it takes: a topic is made in milliseconds by a cluster at leisure, and in
 * many seconds by a busy one.
 */
final class Making {

    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final Connection connection;
    private final Admin admin;
    private final Deadline request;

    /** @param request the deadline that is put off by the time it takes */
    Making(Connection connection, Admin admin, Deadline request) {
        this.connection = connection;
        this.admin = admin;
        this.request = request;
    }

    /**
     * Makes it, unless somebody else just did, and waits until every partition has a leader that knows it is one: who writes
     * before that can lose the first batch to OUT_OF_ORDER_SEQUENCE.
     */
    void make(NewTopic topic) {
        long began = System.nanoTime();
        Deadline end = Deadline.in(LONGEST);
        try {
            // Step by step: the cluster may be found to be down meanwhile.
            while (!step(end, deadline -> isMade(topic, deadline)) || !step(end, deadline -> isLed(topic, deadline))) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        } finally {
            request.putOffBy(System.nanoTime() - began);
        }
    }

    private boolean step(Deadline end, Predicate<Deadline> step) {
        connection.probe().refuseWhileOpen();
        try {
            return step.test(Deadline.in(stepTime()));
        } catch (ClusterException e) {
            if (e.reason() != Reason.TIMED_OUT || end.passed()) {
                throw e;
            }
            return false;
        }
    }

    /** Each asks several questions, of which each may take as long as a call. */
    private Duration stepTime() {
        Duration several = connection.settings().callTimeout().multipliedBy(3);
        return several.compareTo(LONGEST) < 0 ? several : LONGEST;
    }

    private boolean isMade(NewTopic topic, Deadline deadline) {
        refusal(topic, false, deadline).ifPresent(problem -> {
            throw problem;
        });
        return true;
    }

    /** Why the brokers would not make it; asks them to look and not to make it. */
    Optional<ClusterException> refusal(NewTopic topic) {
        return refusal(topic, true, request);
    }

    private Optional<ClusterException> refusal(NewTopic topic, boolean onlyAsk, Deadline deadline) {
        return connection
                .answers(deadline)
                .outcome(
                        admin.createTopics(
                                        List.of(topic),
                                        new CreateTopicsOptions()
                                                .validateOnly(onlyAsk)
                                                .timeoutMs(deadline.millisLeft()))
                                .all(),
                        "create the topic \"" + topic.name() + "\" (needs Create on it or on the cluster)")
                .problem()
                .filter(problem -> !(problem.getCause() instanceof TopicExistsException));
    }

    private boolean isLed(NewTopic topic, Deadline deadline) {
        Answers answers = connection.answers(deadline);
        TopicLookup lookup = new TopicLookup(connection.topology(), admin, deadline, answers, true);
        List<TopicPartition> partitions = IntStream.range(0, topic.numPartitions())
                .mapToObj(number -> new TopicPartition(topic.name(), number))
                .toList();
        while (!deadline.passed()) {
            boolean ready = isThere(Required.in(lookup.again(List.of(topic.name())), topic.name()))
                    && new OffsetReader(lookup, admin, deadline, answers, true)
                            .offsets(LogPoint.Named.LAST, partitions).await().values().stream()
                                    .allMatch(outcome -> outcome.value().isPresent());
            if (ready) {
                return true;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        throw new ClusterException(
                Reason.TIMED_OUT,
                "Topic \"" + topic.name() + "\" of cluster \""
                        + connection.settings().name() + "\" was created and has no leader yet; try again.");
    }

    private static boolean isThere(Outcome<Topic> found) {
        return found.unless(Reason.TOPIC_NOT_FOUND).isPresent();
    }
}
