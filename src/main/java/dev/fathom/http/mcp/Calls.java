package dev.fathom.http.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.cluster.Required;
import dev.fathom.http.auth.Authorization;
import dev.fathom.http.auth.Authorization.Named;
import dev.fathom.http.consumer.ConsumersResource;
import dev.fathom.http.diagnosis.DiagnosisResource;
import dev.fathom.http.group.GroupFilter;
import dev.fathom.http.group.GroupsResource;
import dev.fathom.http.operation.OperationsResource;
import dev.fathom.http.request.Ids;
import dev.fathom.http.request.Params;
import dev.fathom.http.reset.MovesResource;
import dev.fathom.http.service.ProblemsResource;
import dev.fathom.http.topic.TopicsResource;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/**
 * The calls of the API that tools come to: the one place that knows how resources are asked. First it is decided whether the caller
 * may, by the level that the resource's method says; then the method is called. Names are as they are, not as a path has them.
 */
@ApplicationScoped
class Calls {

    private static final Map<String, Method> OPERATIONS = Stream.of(
                    GroupsResource.class,
                    DiagnosisResource.class,
                    TopicsResource.class,
                    MovesResource.class,
                    OperationsResource.class,
                    ConsumersResource.class)
            .flatMap(resource -> Stream.of(resource.getDeclaredMethods()))
            .filter(method -> method.isAnnotationPresent(Operation.class))
            .collect(Collectors.toMap(
                    method -> method.getAnnotation(Operation.class).operationId(), Function.identity()));

    private final GroupsResource groups;
    private final DiagnosisResource diagnosis;
    private final TopicsResource topics;
    private final MovesResource moves;
    private final OperationsResource operations;
    private final ConsumersResource consumers;
    private final ProblemsResource problems;
    private final Authorization authorization;
    /** The one that is answered now. */
    private final RoutingContext request;

    private final ObjectMapper json;

    Calls(
            GroupsResource groups,
            DiagnosisResource diagnosis,
            TopicsResource topics,
            MovesResource moves,
            OperationsResource operations,
            ConsumersResource consumers,
            ProblemsResource problems,
            Authorization authorization,
            RoutingContext request,
            ObjectMapper json) {
        this.groups = groups;
        this.diagnosis = diagnosis;
        this.topics = topics;
        this.moves = moves;
        this.operations = operations;
        this.consumers = consumers;
        this.problems = problems;
        this.authorization = authorization;
        this.request = request;
        this.json = json;
    }

    private void may(String operation, Named named) {
        authorization.check(Required.in(OPERATIONS, operation), named, request);
    }

    JsonNode groups(String cluster, GroupFilter filter, String limit, @Nullable String cursor, HttpHeaders headers) {
        may("listGroups", new Named(Optional.of(cluster), Optional.empty(), Params.text(filter.topic)));
        return told(groups.list(cluster, filter, "lag", null, null, limit, cursor, null, headers));
    }

    JsonNode group(String cluster, String group) {
        may("describeGroup", Named.group(cluster, group));
        return told(groups.describe(cluster, Ids.segment(group), null));
    }

    JsonNode lag(String cluster, String group) {
        may("describeGroupLag", Named.group(cluster, group));
        return told(groups.lag(cluster, Ids.segment(group), null, null));
    }

    JsonNode offsets(
            String cluster,
            String group,
            @Nullable String topic,
            String limit,
            @Nullable String cursor,
            HttpHeaders headers) {
        may("listGroupOffsets", new Named(Optional.of(cluster), Optional.of(group), Params.text(topic)));
        return told(groups.offsets(
                cluster, Ids.segment(group), topic, null, null, null, null, null, null, limit, cursor, null, headers));
    }

    JsonNode diagnosis(String cluster, String group) {
        may("diagnoseGroup", Named.group(cluster, group));
        return told(diagnosis.ofGroup(cluster, Ids.segment(group), null));
    }

    JsonNode worstFindings(String cluster, String top) {
        may("diagnoseCluster", Named.cluster(cluster));
        return told(diagnosis.ofCluster(cluster, top));
    }

    JsonNode records(
            String cluster,
            String topic,
            String partition,
            @Nullable String position,
            String limit,
            @Nullable String isolation,
            String maxBytes) {
        may("readRecords", Named.topic(cluster, topic));
        return told(topics.records(
                cluster, Ids.segment(topic), partition, position, limit, isolation, maxBytes, "text", null));
    }

    /** @param body that says whether it is a dry run */
    Response reset(String cluster, String group, byte[] body, @Nullable String ifMatch, HttpHeaders headers) {
        may("resetGroup", Named.group(cluster, group));
        return moves.reset(
                cluster, Ids.segment(group), null, null, null, null, null, null, ifMatch, null, headers, body);
    }

    JsonNode operations(
            @Nullable String cluster,
            @Nullable String group,
            @Nullable String actor,
            @Nullable String kind,
            @Nullable String since,
            String limit,
            @Nullable String cursor) {
        may("listOperations", Named.NOTHING);
        return told(operations.list(cluster, group, actor, kind, since, limit, cursor));
    }

    JsonNode operation(String id) {
        may("describeOperation", Named.NOTHING);
        return told(operations.describe(Ids.segment(id)));
    }

    /** @param body that says whether it is a dry run */
    Response undo(String id, byte[] body, @Nullable String ifMatch) {
        may("undoOperation", Named.NOTHING);
        return operations.undo(Ids.segment(id), ifMatch, null, body);
    }

    JsonNode consumers(String cluster, String limit, @Nullable String cursor) {
        may("listConsumers", Named.cluster(cluster));
        return told(consumers.list(cluster, limit, cursor));
    }

    JsonNode consumer(String cluster, String name) {
        may("describeConsumer", Named.cluster(cluster));
        return told(consumers.describe(cluster, Ids.segment(name)));
    }

    /** The catalogue, which is for every caller. */
    JsonNode problems() {
        return told(problems.list());
    }

    /** An answer as the JSON a caller of the API would get. */
    JsonNode told(Object answer) {
        return json.valueToTree(answer instanceof Response response ? response.getEntity() : answer);
    }

    byte[] written(JsonNode body) {
        try {
            return json.writeValueAsBytes(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
