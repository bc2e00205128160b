package dev.fathom.http.contract;

import dev.fathom.http.problem.ExceptionMappers;
import dev.fathom.http.problem.ProblemType;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.examples.Example;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/** What every operation of the contract can be answered with beside its own answer. */
final class OpenApiErrors {

    private OpenApiErrors() {}

    /** @param components gets each problem's example, and one answer for each set of problems that have a status in common */
    static void describe(Operation operation, List<Answers> declared, Components components) {
        Set<ProblemType> types = EnumSet.copyOf(CommonProblems.ANY.problems());
        if (operation.getRequestBody() != null) {
            types.addAll(CommonProblems.BODY.problems());
        }
        for (Answers answers : declared) {
            types.addAll(List.of(answers.value()));
            List.of(answers.with()).forEach(common -> types.addAll(common.problems()));
        }
        types.stream().collect(Collectors.groupingBy(ProblemType::status)).forEach((status, those) -> {
            String name = those.stream().map(ProblemType::slug).collect(Collectors.joining("."));
            those.forEach(type -> components.addExample(type.slug(), example(type)));
            components.addResponse(name, problem(those));
            operation
                    .getResponses()
                    .addAPIResponse(
                            Integer.toString(status),
                            OASFactory.createAPIResponse().ref("#/components/responses/" + name));
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

    private static APIResponse problem(List<ProblemType> types) {
        MediaType media =
                OASFactory.createMediaType().schema(OASFactory.createSchema().ref("#/components/schemas/Problem"));
        types.forEach(type ->
                media.addExample(type.slug(), OASFactory.createExample().ref("#/components/examples/" + type.slug())));
        return OASFactory.createAPIResponse()
                .description(types.stream()
                        .map(type -> type.slug() + ": " + type.title())
                        .collect(Collectors.joining(". ", "", ".")))
                .content(OASFactory.createContent().addMediaType(ExceptionMappers.PROBLEM_JSON, media));
    }
}
