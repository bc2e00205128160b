package dev.fathom.http.contract;

import dev.fathom.cluster.Isolation;
import dev.fathom.cluster.Required;
import dev.fathom.http.request.KnownParameters;
import dev.fathom.http.words.Words;
import dev.fathom.http.words.WordsOf;
import jakarta.ws.rs.QueryParam;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.jboss.jandex.AnnotationTarget;
import org.jboss.jandex.IndexView;

/** Writes the words of enums into the contract, wherever {@link WordsOf} says that a text has such. */
final class OpenApiWords {

    private final Components components;

    /** @param components whose shared parameters with words get them */
    OpenApiWords(Components components) {
        this.components = components;
        Required.in(components.getParameters(), "isolation")
                .getSchema()
                .setEnumeration(List.copyOf(Words.of(Isolation.class)));
    }

    void inBodies(IndexView index) {
        index.getAnnotations(WordsOf.class).stream()
                .map(found -> found.target())
                .filter(target -> target.kind() == AnnotationTarget.Kind.FIELD)
                .map(target -> target.asField().declaringClass().name().toString())
                .distinct()
                .map(ResourceMethods::load)
                .filter(Class::isRecord)
                .forEach(this::inRecord);
    }

    private void inRecord(Class<?> record) {
        Schema said = record.getAnnotation(Schema.class);
        String name = said == null || said.name().isEmpty() ? record.getSimpleName() : said.name();
        for (Field field : record.getDeclaredFields()) {
            WordsOf words = field.getAnnotation(WordsOf.class);
            if (words != null) {
                list(
                        words,
                        Required.in(Required.in(components.getSchemas(), name).getProperties(), field.getName()));
            }
        }
    }

    void inParameters(Operation operation, Method method) {
        KnownParameters.of(method)
                .filter(place -> place.isAnnotationPresent(WordsOf.class))
                .forEach(place -> list(
                        place.getAnnotation(WordsOf.class),
                        named(operation, place.getAnnotation(QueryParam.class).value())
                                .getSchema()));
    }

    private Parameter named(Operation operation, String name) {
        Parameter own = operation.getParameters().stream()
                .filter(parameter -> name.equals(parameter.getName()))
                .findFirst()
                .orElseThrow();
        return new SharedParts(components)
                .componentOf(operation, own)
                .map(components.getParameters()::get)
                .orElse(own);
    }

    private static void list(WordsOf said, org.eclipse.microprofile.openapi.models.media.Schema schema) {
        List<Object> words = List.copyOf(Words.of(said));
        if (said.open()) {
            schema.addExtension("x-extensible-enum", words);
        } else {
            schema.setEnumeration(words);
        }
    }
}
