package dev.fathom.pool;

import dev.fathom.pool.definition.SpecRules.Flaw;
import java.util.List;
import java.util.stream.Collectors;

/** A definition that is well formed and does not fit the cluster. Pointers are into its spec. */
public final class DefinitionRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<Flaw> flaws;

    DefinitionRefusedException(List<Flaw> flaws) {
        super(flaws.stream()
                .map(flaw -> "/spec" + flaw.pointer() + ": " + flaw.message())
                .collect(Collectors.joining(" ")));
        this.flaws = List.copyOf(flaws);
    }

    public List<Flaw> flaws() {
        return flaws;
    }
}
