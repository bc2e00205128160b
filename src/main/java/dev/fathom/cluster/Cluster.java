package dev.fathom.cluster;

import java.util.Collection;
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

    /** The name it is configured under. */
    String name();

    boolean readOnly();

    /** Whether this request asked to bypass every shared snapshot. */
    boolean fresh();

    Pending<ClusterDescription> describe();

    Map<Feature, Feature.Support> features();

    /**
     * Whether the service may see every topic. Asked with the name of a topic that cannot exist: a broker answers
     * "unknown" only to a principal that may describe any name. An ACL that denies single topics is not found this way.
     */
    boolean canDescribeAllTopics();

    /** Every group of the given types and states; empty sets mean all. Filtered by the brokers. */
    GroupListings listGroups(Set<GroupType> types, Set<GroupState> states);

    /** Describes groups, each with the call of its type. */
    Pending<Map<String, Outcome<GroupDescription>>> describeGroups(Collection<GroupListing> groups);

    /**
     * The commits of groups on all topics; for share groups their start offsets. Asked for in chunks of about 10,000
     * offsets, since a larger reply costs the broker and the client more than two of that size.
     *
     * @param stable leave out commits that an open transaction may still replace
     */
    Pending<Map<String, Outcome<Commits>>> commits(Collection<GroupListing> groups, boolean stable);

    /** The commits of groups on these partitions alone. */
    Pending<Map<String, Outcome<Commits>>> commitsOn(Collection<GroupListing> groups, Set<TopicPartition> partitions);

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

    /** Reads records without joining a group or committing. */
    RecordBatch read(RecordQuery query);
}
