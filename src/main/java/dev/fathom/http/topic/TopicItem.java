package dev.fathom.http.topic;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.Topic;
import dev.fathom.http.group.Owner;
import dev.fathom.http.request.Links;
import dev.fathom.http.words.WordsOf;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A topic in a list. */
@Schema(description = "A topic in a list.")
public record TopicItem(
        @Schema(description = "Its name.", required = true) String name,

        @Schema(description = "Its id: a topic deleted and recreated has another.", required = true)
        String topicId,

        @Schema(description = "Whether it is one of Kafka's own.", required = true)
        boolean internal,

        @Schema(description = "How many partitions it has.", required = true)
        int partitions,

        @Schema(description = "fathom for what the service itself runs on; absent otherwise.")
        @WordsOf(Owner.class)
        @Nullable
        String owner,

        @Schema(description = "Path of the topic.", required = true)
        String self) {

    public static TopicItem of(Cluster cluster, Topic topic) {
        return new TopicItem(
                topic.name(),
                topic.topicId(),
                topic.internal(),
                topic.partitions().size(),
                Owner.of(topic.name()),
                Links.topic(cluster.name(), topic.name()));
    }
}
