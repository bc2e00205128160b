package dev.fathom.pool.definition;

import java.util.Optional;

/** Where records go. Each kind of sink has a spec of its own, which knows its rules. */
public interface SinkSpec {

    /** The topic it writes to, if it writes to one. */
    default Optional<String> topic() {
        return Optional.empty();
    }

    /** Adds what is wrong with it, whatever cluster it is for. */
    void check(SpecErrors errors);
}
