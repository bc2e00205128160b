package dev.fathom.http.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.http.auth.CallerClusters;
import dev.fathom.http.request.AskedFor;
import dev.fathom.http.request.Links;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Optional;

/**
 * Something an agent can ask for. Its arguments and its answer are records, of which the schemas are made: their components say what
 * they are, with {@code JsonPropertyDescription}, and whether they must be there, with {@code JsonProperty}.
 *
 * @param <A> its arguments
 */
interface Tool<A extends Record> {

    Definition<A> definition();

    /**
     * What an agent is told of it.
     *
     * @param description what it is for, when to use it and what to do next, for whoever chooses among tools
     */
    record Definition<A extends Record>(
            String name, String title, String description, Class<A> arguments, Class<? extends Record> answer) {}

    /** Whether it only looks. */
    default boolean reads() {
        return true;
    }

    /** Whether the caller could use it at all. */
    default boolean isFor(CallerClusters clusters) {
        return true;
    }

    /** The call of the API that it comes to: by the cluster it names. Arguments may be anything here. */
    default Optional<AskedFor> askedFor(JsonNode arguments, String caller) {
        JsonNode cluster = arguments.path("cluster");
        return cluster.isTextual()
                ? Optional.of(new AskedFor(Links.cluster(cluster.asText()), Optional.empty()))
                : Optional.empty();
    }

    /**
     * Does it.
     *
     * @return the answer; or the resource's own, where that has more to say to others who look at it
     */
    Object call(A arguments, HttpHeaders headers);

    /** Makes the answer of what the resource answered, where {@link #call} has not. */
    default Object cut(JsonNode told) {
        return told;
    }
}
