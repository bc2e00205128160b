package dev.fathom.pool;

import dev.fathom.pool.definition.SpecErrors.SpecError;
import java.util.List;
import java.util.stream.Collectors;

/** A valid definition that does not fit the cluster. Pointers are into its spec. */
public final class DefinitionRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<SpecError> errors;

    DefinitionRefusedException(List<SpecError> errors) {
        super(errors.stream()
                .map(error -> "/spec" + error.pointer() + ": " + error.message())
                .collect(Collectors.joining(" ")));
        this.errors = List.copyOf(errors);
    }

    public List<SpecError> errors() {
        return errors;
    }
}
