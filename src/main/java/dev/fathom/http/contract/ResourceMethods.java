package dev.fathom.http.contract;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.jandex.AnnotationTarget;
import org.jboss.jandex.IndexView;

/** The code behind the contract: what annotations say that the generator does not know. */
final class ResourceMethods {

    private final Map<String, Method> byOperation = new TreeMap<>();

    ResourceMethods(IndexView index) {
        index.getAnnotations(Operation.class).stream()
                .map(found -> found.target())
                .filter(target -> target.kind() == AnnotationTarget.Kind.METHOD)
                .map(target -> target.asMethod().declaringClass().name().toString())
                .distinct()
                .flatMap(name -> Stream.of(load(name).getDeclaredMethods()))
                .forEach(method -> Optional.ofNullable(method.getAnnotation(Operation.class))
                        .filter(operation -> !operation.hidden())
                        .ifPresent(operation -> byOperation.put(operation.operationId(), method)));
    }

    /** Of the classes of the service that is being built. */
    static Class<?> load(String name) {
        try {
            return Class.forName(name, false, Thread.currentThread().getContextClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(name + " was indexed and is not there", e);
        }
    }

    Method of(String operationId) {
        return Optional.ofNullable(byOperation.get(operationId))
                .orElseThrow(() -> new IllegalStateException("no method has the operation " + operationId));
    }

    /** What the method and its class say. */
    List<Answers> answers(String operationId) {
        Method method = of(operationId);
        List<Answers> said = new ArrayList<>();
        Optional.ofNullable(method.getDeclaringClass().getAnnotation(Answers.class))
                .ifPresent(said::add);
        Optional.ofNullable(method.getAnnotation(Answers.class)).ifPresent(said::add);
        return said;
    }
}
