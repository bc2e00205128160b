package dev.fathom.pool.store;

import dev.fathom.cluster.ClusterException;
import dev.fathom.pool.definition.Definition;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A change of one definition that somebody waits for. Used by whoever writes, one at a time. */
final class WantedChange {

    private final String name;
    private final Function<SortedMap<String, Definition>, Optional<Definition>> change;
    /** What was last tried; empty before that. */
    private Optional<Optional<Definition>> tried = Optional.empty();

    private boolean came;
    private Optional<Definition> outcome = Optional.empty();
    private @Nullable RuntimeException failed;

    /** @param change as {@link Definitions#change} takes it */
    WantedChange(String name, Function<SortedMap<String, Definition>, Optional<Definition>> change) {
        this.name = name;
        this.change = change;
    }

    String name() {
        return name;
    }

    boolean ended() {
        return came || failed != null;
    }

    /** What it came to. @throws RuntimeException when it failed */
    Optional<Definition> outcome() {
        if (failed != null) {
            throw failed;
        }
        return outcome;
    }

    /**
     * What is to be written for it; empty when there is nothing to write, since it has ended.
     *
     * @param all the current definitions; afterwards with this change
     */
    Optional<Optional<byte[]>> plan(SortedMap<String, Definition> all) {
        Optional<Definition> there = Optional.ofNullable(all.get(name));
        if (tried.equals(Optional.of(there))) {
            // The previous try succeeded after all.
            came(there);
            return Optional.empty();
        }
        try {
            Optional<Definition> next = change.apply(Collections.unmodifiableSortedMap(all));
            if (next.equals(there)) {
                came(next);
                return Optional.empty();
            }
            Optional<byte[]> bytes = next.map(StoredForm::bytes);
            Definitions.refuseTooLarge(bytes);
            tried = Optional.of(next);
            next.ifPresentOrElse(definition -> all.put(name, definition), () -> all.remove(name));
            return Optional.of(bytes);
        } catch (RuntimeException e) {
            failed = e;
            return Optional.empty();
        }
    }

    /** What was planned last is written. */
    void written() {
        came(tried.orElseThrow());
    }

    private void came(Optional<Definition> to) {
        outcome = to;
        came = true;
    }

    /** It has not been written, unless it has ended. */
    void fail(RuntimeException why) {
        if (!ended()) {
            failed = tried.isPresent() && why instanceof ClusterException failure ? Definitions.begun(failure) : why;
        }
    }
}
