package dev.fathom.reset;

import dev.fathom.cluster.TopicPartition;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A request that no plan can be made of, with every place that is wrong. Nothing was changed. */
public class UnplannableException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final int MOST_IN_MESSAGE = 3;

    private final transient List<ValidationError> errors;

    public enum Kind {
        OUT_OF_RANGE,
        NO_COMMIT,
        NO_RECORD,
        /** It does not fit what is there: no such topic, a position that does not apply to the group. */
        UNFIT,
        /** It cannot be asked now: no leader. */
        UNAVAILABLE,
        /** A partition twice. */
        AMBIGUOUS
    }

    /**
     * One place that is wrong.
     *
     * @param pointer into the request, as its target says
     * @param partition the partition it is about; empty when it is about more than one
     */
    public record ValidationError(Kind kind, String pointer, Optional<TopicPartition> partition, String message) {}

    /** @param errors at least one */
    public UnplannableException(List<ValidationError> errors) {
        super(message(errors));
        this.errors = List.copyOf(errors);
    }

    private static String message(List<ValidationError> errors) {
        String first = errors.stream()
                .limit(MOST_IN_MESSAGE)
                .map(ValidationError::message)
                .collect(Collectors.joining(" "));
        return errors.size() > MOST_IN_MESSAGE ? first + " And " + (errors.size() - MOST_IN_MESSAGE) + " more." : first;
    }

    public List<ValidationError> errors() {
        return errors;
    }

    /** The kind all errors have; UNFIT when they differ. */
    public Kind kind() {
        Kind first = errors.get(0).kind();
        return errors.stream().allMatch(error -> error.kind() == first) ? first : Kind.UNFIT;
    }
}
