package dev.fathom.cluster;

import dev.fathom.cluster.ClusterException.Reason;
import java.util.Optional;
import java.util.function.Function;

/** The result of one key of a batched question: a value, or the reason there is none. */
public sealed interface Outcome<T> {

    record Known<T>(T answer) implements Outcome<T> {}

    record Failed<T>(ClusterException why) implements Outcome<T> {}

    static <T> Outcome<T> known(T value) {
        return new Known<>(value);
    }

    static <T> Outcome<T> failed(ClusterException problem) {
        return new Failed<>(problem);
    }

    default Optional<T> value() {
        return this instanceof Known<T> known ? Optional.of(known.answer()) : Optional.empty();
    }

    default Optional<ClusterException> problem() {
        return this instanceof Failed<T> failed ? Optional.of(failed.why()) : Optional.empty();
    }

    default boolean failed(Reason reason) {
        return problem().filter(problem -> problem.reason() == reason).isPresent();
    }

    /** The value; empty where it failed for this reason. Any other problem is thrown. */
    default Optional<T> unless(Reason reason) {
        return failed(reason) ? Optional.empty() : Optional.of(orThrow());
    }

    /** The value, or the problem thrown. */
    default T orThrow() {
        if (this instanceof Failed<T> failed) {
            throw failed.why();
        }
        return ((Known<T>) this).answer();
    }

    default <R> Outcome<R> map(Function<? super T, ? extends R> mapping) {
        if (this instanceof Failed<T> failed) {
            return new Failed<>(failed.why());
        }
        return new Known<>(mapping.apply(((Known<T>) this).answer()));
    }
}
