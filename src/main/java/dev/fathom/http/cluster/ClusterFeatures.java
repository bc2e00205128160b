package dev.fathom.http.cluster;

import dev.fathom.cluster.Feature;
import dev.fathom.cluster.Required;
import dev.fathom.http.words.WordsOf;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What a cluster supports. */
@Schema(description = "What a cluster supports; unknown where the service may not ask.")
public record ClusterFeatures(
        @Schema(description = "Groups of the consumer protocol (KIP-848).", required = true)
        @WordsOf(Feature.Support.class)
        String consumerGroups,

        @Schema(description = "Share groups (KIP-932).", required = true) @WordsOf(Feature.Support.class)
        String shareGroups,

        @Schema(description = "Streams groups (KIP-1071).", required = true) @WordsOf(Feature.Support.class)
        String streamsGroups,

        @Schema(description = "Older segments kept in remote storage (KIP-405).", required = true)
        @WordsOf(Feature.Support.class)
        String tieredStorage) {

    static ClusterFeatures of(Map<Feature, Feature.Support> features) {
        return new ClusterFeatures(
                Required.in(features, Feature.CONSUMER_GROUPS).wireName(),
                Required.in(features, Feature.SHARE_GROUPS).wireName(),
                Required.in(features, Feature.STREAMS_GROUPS).wireName(),
                Required.in(features, Feature.TIERED_STORAGE).wireName());
    }
}
