package dev.fathom.http.contract;

import dev.fathom.http.problem.ExceptionMappers;
import dev.fathom.http.problem.ProblemType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.examples.Example;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/** What every operation of the contract can be answered with beside its own answer. */
final class OpenApiErrors {

    private static final String PROBLEM_SCHEMA = "#/components/schemas/Problem";

    private OpenApiErrors() {}

    /** @param components gets an example of each problem, which the errors of all operations share */
    static void describe(String path, PathItem.HttpMethod method, Operation operation, Components components) {
        errors(path, method, operation).forEach((status, types) -> {
            types.forEach(type -> components.addExample(type.slug(), example(type)));
            operation.getResponses().addAPIResponse(status, problem(types));
        });
    }

    private static Example example(ProblemType type) {
        // In the order of the record: the contract must come out the same every time.
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("type", type.link());
        problem.put("title", type.title());
        problem.put("status", type.status());
        problem.put("detail", type.description());
        problem.put("instance", "/api/v1/clusters");
        problem.put("requestId", "0f9b2c1e-6d5a-4a57-9a3b-2f1c0d9e8b7a");
        return OASFactory.createExample().value(problem);
    }

    private static Map<String, List<ProblemType>> errors(String path, PathItem.HttpMethod method, Operation operation) {
        List<ProblemType> types = new ArrayList<>(List.of(
                ProblemType.VALIDATION,
                ProblemType.UNAUTHENTICATED,
                ProblemType.FORBIDDEN,
                ProblemType.NOT_ACCEPTABLE,
                ProblemType.OVERLOADED,
                ProblemType.TOO_MANY_TRIES));
        if (path.contains("{slug}")) {
            types.add(ProblemType.PROBLEM_NOT_FOUND);
        }
        if (path.contains("{cluster}")) {
            types.addAll(List.of(
                    ProblemType.CLUSTER_NOT_FOUND,
                    ProblemType.KAFKA_NOT_AUTHORIZED,
                    ProblemType.UNSUPPORTED_BY_CLUSTER,
                    ProblemType.CLUSTER_UNAVAILABLE,
                    ProblemType.TIMEOUT));
        }
        if (path.contains("{group}")) {
            types.add(ProblemType.GROUP_NOT_FOUND);
            types.add(ProblemType.UNPROCESSABLE);
        }
        if (path.contains("{topic}")) {
            types.add(ProblemType.TOPIC_NOT_FOUND);
        }
        if (path.contains("{partition}") || operation.getOperationId().equals("listTopicOffsets")) {
            types.add(ProblemType.PARTITION_NOT_FOUND);
        }
        if (path.contains("{partition}")) {
            types.add(ProblemType.OFFSET_OUT_OF_RANGE);
            types.add(ProblemType.NO_RECORD_AT_OR_AFTER);
        }
        if (path.contains("/consumers")) {
            types.addAll(ofConsumers(path, method));
        }
        if (method == PathItem.HttpMethod.POST || method == PathItem.HttpMethod.PUT) {
            types.add(ProblemType.PAYLOAD_TOO_LARGE);
            types.add(ProblemType.UNSUPPORTED_MEDIA_TYPE);
        }
        if (Set.of("listGroups", "listGroupOffsets", "resetGroup").contains(operation.getOperationId())) {
            types.add(ProblemType.INCOMPLETE);
        }
        types.addAll(ofOperations(path, method, operation));
        Map<String, List<ProblemType>> byStatus = new TreeMap<>();
        new LinkedHashSet<>(types)
                .forEach(type -> byStatus.computeIfAbsent(Integer.toString(type.status()), status -> new ArrayList<>())
                        .add(type));
        return byStatus;
    }

    private static Set<ProblemType> ofConsumers(String path, PathItem.HttpMethod method) {
        Set<ProblemType> types = new LinkedHashSet<>(Set.of(ProblemType.FORBIDDEN));
        if (path.contains("{name}")) {
            types.add(ProblemType.CONSUMER_NOT_FOUND);
        }
        if (path.endsWith("/offsets")) {
            types.add(ProblemType.GROUP_NOT_FOUND);
        }
        if (method != PathItem.HttpMethod.GET) {
            types.add(ProblemType.READ_ONLY);
            types.add(ProblemType.CONFLICT);
            types.add(ProblemType.NAME_TAKEN);
            types.add(ProblemType.GROUP_NOT_EMPTY);
            types.add(ProblemType.UNPROCESSABLE);
        }
        return types;
    }

    /** What changes, and what the journal, can be answered with beside. */
    private static Set<ProblemType> ofOperations(String path, PathItem.HttpMethod method, Operation operation) {
        Set<ProblemType> types = new LinkedHashSet<>();
        boolean change = !path.contains("/consumers")
                        && method != PathItem.HttpMethod.GET
                        && !operation.getOperationId().equals("queryLag")
                || path.endsWith("/consumers/{name}/resets");
        if (path.contains("/operations")) {
            types.add(ProblemType.CLUSTER_NOT_FOUND);
            types.add(ProblemType.KAFKA_NOT_AUTHORIZED);
            types.add(ProblemType.CLUSTER_UNAVAILABLE);
            types.add(ProblemType.TIMEOUT);
        }
        if (path.contains("/operations/{id}")) {
            types.add(ProblemType.OPERATION_NOT_FOUND);
        }
        if (path.contains("{instanceId}")) {
            types.add(ProblemType.MEMBER_NOT_FOUND);
        }
        if (change) {
            types.addAll(List.of(
                    ProblemType.READ_ONLY,
                    ProblemType.FORBIDDEN,
                    ProblemType.CONFLICT,
                    ProblemType.PLAN_OUTDATED,
                    ProblemType.PRECONDITION_REQUIRED,
                    ProblemType.GROUP_NOT_EMPTY,
                    ProblemType.GROUP_IN_USE,
                    ProblemType.TOPIC_SUBSCRIBED,
                    ProblemType.NO_COMMIT,
                    ProblemType.OFFSET_OUT_OF_RANGE,
                    ProblemType.NO_RECORD_AT_OR_AFTER,
                    ProblemType.UNSUPPORTED_BY_CLUSTER));
            if (!path.contains("{group}")) {
                types.add(ProblemType.UNPROCESSABLE);
            }
        }
        return types;
    }

    private static APIResponse problem(List<ProblemType> types) {
        MediaType media =
                OASFactory.createMediaType().schema(OASFactory.createSchema().ref(PROBLEM_SCHEMA));
        StringBuilder description = new StringBuilder();
        for (ProblemType type : types) {
            description
                    .append(description.isEmpty() ? "" : " ")
                    .append(type.slug())
                    .append(": ")
                    .append(type.description());
            media.addExample(type.slug(), OASFactory.createExample().ref("#/components/examples/" + type.slug()));
        }
        Content content = OASFactory.createContent().addMediaType(ExceptionMappers.PROBLEM_JSON, media);
        return OASFactory.createAPIResponse()
                .description(description.toString())
                .content(content);
    }
}
