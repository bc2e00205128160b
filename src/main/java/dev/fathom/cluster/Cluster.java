package dev.fathom.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One Kafka cluster, for the length of one request: every call ends by the deadline the handle was made with.
 *
 * <p>Calls that return {@link Pending} are sent at once and waited for later, so calls that do not need each other
 * overlap. Each is one batched question, however many things it names.
 */
public interface Cluster {

    String name();

    /** The same cluster, seen the same way, for a step of its own: its deadline starts now, and nothing is shared. */
    Cluster renewed();

    /** How much of the time for this request is left; zero once its deadline has passed. */
    Duration left();

    /** What of the cluster is seen through this handle: answers may be shared between equal views. */
    default Object view() {
        return "whole";
    }

    /** Whether the caller may change a group, by the service's own permissions. */
    default boolean mayChange(String group) {
        return true;
    }

    boolean readOnly();

    /** Whether every change must come with the tag of a dry run. */
    boolean requirePlan();

    /** Whether this request asked to bypass every shared snapshot. */
    boolean fresh();

    Pending<ClusterDescription> describe();

    Map<Feature, Feature.Support> features();

    /**
     * Whether the service may see every topic. Asked with the name of a topic that cannot exist: a broker answers
     * "unknown" only to a principal that may describe any name. An ACL that denies single topics is not found this way.
     */
    boolean canDescribeAllTopics();

    /**
     * Whether the service may see every group. Asked with the id of a group that cannot exist, where the service may not
     * describe the cluster.
     */
    boolean canDescribeAllGroups();

    /** Every group of the given types and states; empty sets mean all. Filtered by the brokers. */
    GroupListings listGroups(Set<GroupType> types, Set<GroupState> states);

    /**
     * Groups that no broker listed, as their coordinators know them: {@code GROUP_NOT_FOUND} where one says that there is no
     * such group, or that the service may not see it; {@code UNAVAILABLE} where no coordinator answers.
     */
    Map<String, Outcome<GroupListing>> unlisted(Collection<String> ids);

    Pending<Map<String, Outcome<GroupDescription>>> describeGroups(Collection<GroupListing> groups);

    /**
     * The commits of groups on all topics; for share groups their start offsets. Asked for in chunks of about 10,000
     * offsets, since a larger reply costs the broker and the client more than two of that size.
     *
     * @param stable look for commits of open transactions too, and leave out what those may replace: see
     *     {@link Commits#pending}, which is empty where that could not be done
     */
    Pending<Map<String, Outcome<Commits>>> commits(Collection<GroupListing> groups, boolean stable);

    Pending<Map<String, Outcome<Commits>>> commitsOn(Collection<GroupListing> groups, Set<TopicPartition> partitions);

    /**
     * Those of the partitions on which an open transaction holds a commit of the group. The partitions must be named: asked for
     * all, brokers leave out a partition on which nothing else is committed.
     *
     * @param group no share group: those commit in no transaction
     * @param partitions that exist and are visible
     */
    Pending<Outcome<Set<TopicPartition>>> pendingCommits(GroupListing group, Set<TopicPartition> partitions);

    /** The same on every partition of the cluster that is visible, up to 50,000 of them. */
    Pending<Outcome<Set<TopicPartition>>> pendingCommits(GroupListing group);

    /** Every topic, internal ones too, in no order. */
    Collection<TopicListing> listTopics();

    /**
     * Topics with their partitions, each by its name. Leaders and partition counts may be seconds old unless the
     * handle is {@link #fresh}; whether a topic exists is asked again for names not seen lately.
     */
    Map<String, Outcome<Topic>> topics(Collection<String> names);

    /**
     * Turns points into offsets: one request a leader for each kind of point. Partitions that do not exist or have no
     * leader are answered without asking the broker for an offset. A point without an answer (an instant after the
     * last record, an empty log's highest timestamp) is known to be empty.
     */
    Pending<Map<TopicPartition, Outcome<Optional<LogOffset>>>> offsets(
            LogPoint point, Collection<TopicPartition> partitions);

    RecordBatch read(RecordQuery query);

    /**
     * Of several logs at once, of each as far as its first record, whatever limits the queries have.
     *
     * @return one for each query, in their order; what is the matter with one log is the matter with its own answer
     */
    List<Outcome<RecordBatch>> readFirst(List<RecordQuery> queries);

    /**
     * Writes one record to one log, with its key, value, headers and timestamp as they are; the offset it was read with means
     * nothing. Not for topics that do not exist: brokers may make them.
     *
     * @return the offset it has, once every in-sync replica has it; after a timeout it may be there all the same
     */
    Outcome<Long> write(TopicPartition log, LogRecord record);

    /**
     * The timestamps of the first records at or after offsets, one for each partition that has such a record and
     * answered in time.
     */
    Map<TopicPartition, Instant> timestampsAt(Map<TopicPartition, Long> offsets);

    /**
     * What the service's own principal may do to topics, in Kafka's words ({@code READ}, {@code WRITE} …). Without an
     * authorizer everything.
     */
    Map<String, Outcome<Set<String>>> topicRights(Collection<String> topics);

    /**
     * Writes commits; for share groups start offsets, which discards what is known of single records. The group must be
     * empty. One request, or a few where the brokers could not write so many commits at once; each is written as a whole.
     *
     * @return for each partition whether it was written; a timeout means it may have been
     */
    Map<TopicPartition, Outcome<Written>> commit(GroupListing group, Map<TopicPartition, Commits.Commit> commits);

    /**
     * Deletes commits. The group must be empty, or have no member that reads the topic.
     *
     * @param partitions of share groups all partitions of a topic or none: they forget by topic
     */
    Map<TopicPartition, Outcome<Written>> deleteCommits(GroupListing group, Set<TopicPartition> partitions);

    /** Deletes a group and all it committed. It must be empty. */
    Outcome<Written> deleteGroup(GroupListing group);

    /**
     * Makes static members leave, by their instance ids.
     *
     * @return for each whether it left
     */
    Map<String, Outcome<Written>> removeMembers(GroupListing group, Set<String> instanceIds, String reason);

    /** Makes every member leave, static ones too. */
    Outcome<Written> removeAllMembers(GroupListing group, String reason);

    /** A topic of the service's own on this cluster. */
    EventLog eventLog(EventLog.Topic topic);

    /** The most bytes of records a topic takes in one batch; empty where the service may not ask. */
    Optional<Integer> largestBatch(String topic);

    /** How long topics keep their records, by name: one request for all. */
    Map<String, Outcome<Retention>> retention(Collection<String> topics);

    /** What is asked only where something is the matter. */
    Inquiry inquiry();

    /** The topics that managed consumers run on. */
    OwnTopics ownTopics();

    /** That a change was taken by the brokers. */
    enum Written {
        YES
    }
}
