package dev.fathom.progress;

import dev.fathom.cluster.Broker;
import dev.fathom.cluster.Commits;
import dev.fathom.cluster.GroupDescription;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One observation of one cluster.
 *
 * @param began when it began, in ms
 * @param at when it was over, in ms
 * @param groups those that could be asked about
 * @param listed every group there is, whether or not it could be asked about; empty when some may be missing from the list
 * @param topics those the groups have to do with and that are known, by name
 * @param brokers those alive; empty when they could not be asked for
 */
public record Look(
        long began,
        long at,
        List<OfGroup> groups,
        Optional<Set<String>> listed,
        Map<String, OfTopic> topics,
        Optional<List<Broker>> brokers) {

    /** At one moment, without the brokers. */
    public Look(long at, List<OfGroup> groups, Optional<Set<String>> listed, Map<String, OfTopic> topics) {
        this(at, at, groups, listed, topics, Optional.empty());
    }

    /** A number that is not known. */
    public static final long UNKNOWN = -1;

    /** One group: who is in it and what it has committed. Asked for before the ends of the logs. */
    public record OfGroup(GroupDescription description, Commits commits) {}

    /**
     * One topic, its logs by partition number.
     *
     * @param topicId another one means another topic, of the same name
     * @param asked when its ends were asked for, in ms
     * @param answered when the answer was there
     * @param first log starts; {@link #UNKNOWN} where the leader did not say
     * @param end high watermarks
     * @param stable last stable offsets
     * @param layout where the partitions live
     */
    public record OfTopic(
            String topicId, long asked, long answered, long[] first, long[] end, long[] stable, Layout layout) {

        /** Without where the partitions live. */
        public OfTopic(String topicId, long asked, long answered, long[] first, long[] end, long[] stable) {
            this(topicId, asked, answered, first, end, stable, Layout.UNKNOWN);
        }

        public OfTopic {
            if (first.length != end.length || stable.length != end.length) {
                throw new IllegalArgumentException("a topic has as many starts as ends");
            }
            if (answered < asked) {
                throw new IllegalArgumentException("answered at " + answered + " before it was asked at " + asked);
            }
        }
    }
}
