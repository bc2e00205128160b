package dev.fathom.http.contract;

import dev.fathom.cluster.Required;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.parameters.RequestBody;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/**
 * What operations share. Parameters, headers and the answer 304 stand in {@code META-INF/openapi.yaml}; bodies and answers
 * that are the same in several operations, but for their examples, become components here.
 */
final class SharedParts {

    private static final String COMPONENTS = "#/components/";
    private static final String JSON = "application/json";

    private final Components components;
    private final Map<Object, List<Place<RequestBody>>> bodies = new LinkedHashMap<>();
    private final Map<Object, List<Place<APIResponse>>> answers = new LinkedHashMap<>();
    private final Map<Object, List<Place<Object>>> examples = new LinkedHashMap<>();

    SharedParts(Components components) {
        this.components = components;
    }

    /** Where something stands that others may say too, and what it would be called. */
    private record Place<T>(String name, T part, Consumer<T> put) {}

    static void header(APIResponse response, String name, String component) {
        response.addHeader(name, OASFactory.createHeader().ref(COMPONENTS + "headers/" + component));
    }

    static void parameter(Operation operation, String component) {
        operation.addParameter(OASFactory.createParameter().ref(COMPONENTS + "parameters/" + component));
    }

    static APIResponse response(String component) {
        return OASFactory.createAPIResponse().ref(COMPONENTS + "responses/" + component);
    }

    void share(List<Operation> operations) {
        for (Operation operation : operations) {
            parameters(operation);
            find(operation);
        }
        share(bodies, place -> {
            components.addRequestBody(place.name(), place.part());
            return OASFactory.createRequestBody().ref(COMPONENTS + "requestBodies/" + place.name());
        });
        share(answers, place -> {
            components.addResponse(place.name(), place.part());
            return response(place.name());
        });
        examples.values()
                .forEach(same -> same.sort(Comparator.comparingInt(
                        place -> -place.part().toString().length())));
        share(examples, place -> {
            components.addExample(place.name(), OASFactory.createExample().value(place.part()));
            return null;
        });
    }

    /** The component that says what a parameter is that says nothing of itself: of its operation and name, or of its name. */
    Optional<String> componentOf(Operation operation, Parameter parameter) {
        return parameter.getName() == null || parameter.getDescription() != null
                ? Optional.empty()
                : Stream.of(operation.getOperationId() + "." + parameter.getName(), parameter.getName())
                        .filter(components.getParameters()::containsKey)
                        .filter(name ->
                                Required.in(components.getParameters(), name).getIn() == parameter.getIn())
                        .findFirst();
    }

    private void parameters(Operation operation) {
        List<Parameter> parameters = new ArrayList<>();
        operation
                .getParameters()
                .forEach(parameter -> parameters.add(componentOf(operation, parameter)
                        .map(name -> OASFactory.createParameter().ref(COMPONENTS + "parameters/" + name))
                        .orElse(parameter)));
        operation.setParameters(parameters);
    }

    private void find(Operation operation) {
        RequestBody body = operation.getRequestBody();
        if (body != null && body.getRef() == null) {
            String name = schemaOf(body.getContent().getMediaType(JSON));
            bodies.computeIfAbsent(List.of(name, mediaTypes(body.getContent())), key -> new ArrayList<>())
                    .add(new Place<>(name, body, operation::setRequestBody));
        }
        new TreeMap<>(operation.getResponses().getAPIResponses()).forEach((status, answer) -> {
            if (answer.getRef() == null) {
                String name = schemaOf(answer.getContent().getMediaType(JSON)) + "-" + status;
                TreeSet<String> headers = new TreeSet<>(
                        answer.getHeaders() == null
                                ? List.of()
                                : answer.getHeaders().keySet());
                answers.computeIfAbsent(
                                List.of(name, answer.getDescription(), mediaTypes(answer.getContent()), headers),
                                key -> new ArrayList<>())
                        .add(new Place<>(
                                name, answer, shared -> operation.getResponses().addAPIResponse(status, shared)));
                find(answer.getContent().getMediaType(JSON));
            }
        });
    }

    /** Of answers that have the same schema one example will do: the one that shows most. */
    private void find(MediaType answer) {
        if (answer.getExample() != null) {
            String name = schemaOf(answer);
            examples.computeIfAbsent(name, key -> new ArrayList<>())
                    .add(new Place<>(name, answer.getExample(), shared -> answer.example(null)
                            .addExample(name, OASFactory.createExample().ref(COMPONENTS + "examples/" + name))));
        }
    }

    private static String schemaOf(MediaType media) {
        String ref = media.getSchema().getRef();
        return ref.substring(ref.lastIndexOf('/') + 1);
    }

    private static NavigableSet<String> mediaTypes(Content content) {
        return new TreeSet<>(content.getMediaTypes().keySet());
    }

    private static <T> void share(Map<Object, List<Place<T>>> all, Function<Place<T>, T> component) {
        all.values().stream().filter(places -> places.size() > 1).forEach(places -> {
            T shared = component.apply(places.get(0));
            places.forEach(place -> place.put().accept(shared));
        });
    }
}
