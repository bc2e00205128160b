package dev.fathom.http.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.group.Groups;
import dev.fathom.http.auth.CallerClusters;
import dev.fathom.http.cluster.ClustersResource;
import dev.fathom.http.consumer.ConsumersResource;
import dev.fathom.http.diagnosis.DiagnosisResource;
import dev.fathom.http.group.GroupFilter;
import dev.fathom.http.group.GroupsResource;
import dev.fathom.http.operation.OperationsResource;
import dev.fathom.http.reset.MovesResource;
import dev.fathom.http.topic.TopicsResource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * What the API answers to whoever asked for the page, as the JSON a caller would get: the one place that knows how resources are
 * asked. They decide what the caller may see; what they throw is answered as they would.
 */
@ApplicationScoped
class ApiAnswers {

    private final ClustersResource clusters;
    private final CallerClusters callerClusters;
    private final Groups everyGroup;
    private final GroupsResource groups;
    private final DiagnosisResource diagnosis;
    private final TopicsResource topics;
    private final MovesResource moves;
    private final OperationsResource operations;
    private final ConsumersResource consumers;
    private final ObjectMapper json;

    ApiAnswers(
            ClustersResource clusters,
            CallerClusters callerClusters,
            Groups everyGroup,
            GroupsResource groups,
            DiagnosisResource diagnosis,
            TopicsResource topics,
            MovesResource moves,
            OperationsResource operations,
            ConsumersResource consumers,
            ObjectMapper json) {
        this.clusters = clusters;
        this.callerClusters = callerClusters;
        this.everyGroup = everyGroup;
        this.groups = groups;
        this.diagnosis = diagnosis;
        this.topics = topics;
        this.moves = moves;
        this.operations = operations;
        this.consumers = consumers;
        this.json = json;
    }

    JsonNode clusters() {
        return told(clusters.list("1000", null, null));
    }

    JsonNode groups(String cluster, GroupFilter filter, int limit, @Nullable String cursor, HttpHeaders headers) {
        return told(groups.list(cluster, filter, "lag", null, null, Integer.toString(limit), cursor, null, headers));
    }

    /** Whether the groups of a cluster can be listed by lag at once, or are too many to have them all measured first. */
    boolean areGroupsSoonRanked(String cluster, int looked) {
        return everyGroup.isSoonRanked(callerClusters.named(cluster, false), looked);
    }

    /** A group in detail, with all that is known of its lag, and what is the matter with it. */
    JsonNode group(String cluster, String group) {
        ObjectNode detail = (ObjectNode) told(groups.describe(cluster, group, null));
        detail.set("lag", told(groups.lag(cluster, group, null, null)));
        return detail.set(
                "findings", told(diagnosis.ofGroup(cluster, group, null)).path("findings"));
    }

    JsonNode offsets(String cluster, String group, int limit, String cursor, HttpHeaders headers) {
        return told(groups.offsets(
                cluster,
                group,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                Integer.toString(limit),
                cursor,
                null,
                headers));
    }

    JsonNode records(String cluster, String topic, String partition, String position, int limit) {
        return told(
                topics.records(cluster, topic, partition, position, Integer.toString(limit), null, null, null, null));
    }

    /** Where a log begins and ends. */
    JsonNode bounds(String cluster, String topic, String partition) {
        return told(topics.seek(cluster, topic, partition, "earliest", null, null));
    }

    /** @param body of a dry run of a reset */
    Planned reset(String cluster, String group, JsonNode body, HttpHeaders headers) {
        return planned(
                moves.reset(cluster, group, null, null, null, null, null, null, null, null, headers, written(body)));
    }

    JsonNode operations(String cluster, @Nullable String group, int limit, @Nullable String cursor) {
        return told(operations.list(cluster, group, null, null, null, Integer.toString(limit), cursor));
    }

    JsonNode operation(String id) {
        return told(operations.describe(id));
    }

    /** @param body of a dry run of an undo */
    Planned undo(String operation, JsonNode body) {
        return planned(operations.undo(operation, null, null, written(body)));
    }

    JsonNode consumers(String cluster, int limit, String cursor) {
        return told(consumers.list(cluster, Integer.toString(limit), cursor));
    }

    JsonNode consumer(String cluster, String name) {
        return told(consumers.describe(cluster, name));
    }

    JsonNode consumerStats(String cluster, String name) {
        return told(consumers.stats(cluster, name));
    }

    JsonNode consumerEvents(String cluster, String name) {
        return told(consumers.events(cluster, name, "20", null));
    }

    /** A plan and the tag that guards it. */
    record Planned(JsonNode answer, String etag) {}

    private Planned planned(Response response) {
        return new Planned(told(response), response.getHeaderString(HttpHeaders.ETAG));
    }

    private JsonNode told(Object answer) {
        Object entity = answer instanceof Response response ? response.getEntity() : answer;
        try {
            return json.readTree(json.writeValueAsBytes(entity));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] written(JsonNode body) {
        try {
            return json.writeValueAsBytes(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
