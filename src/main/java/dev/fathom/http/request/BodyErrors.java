package dev.fathom.http.request;

import dev.fathom.http.problem.Problem.FieldError;
import dev.fathom.http.problem.ProblemException;
import dev.fathom.http.problem.ProblemType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is wrong with a body, place by place: told all at once. */
public final class BodyErrors {

    private static final int MOST_TOLD = 5;
    /** Longer texts are no reasons and no metadata. */
    private static final int LONGEST_TEXT = 4096;

    private final List<FieldError> errors = new ArrayList<>();

    public void add(String pointer, String message) {
        errors.add(FieldError.pointer(pointer, message));
    }

    public boolean isEmpty() {
        return errors.isEmpty();
    }

    public void needDryRun(@Nullable Boolean dryRun) {
        if (dryRun == null) {
            add("/dryRun", "required: true to plan, false to do it.");
        }
    }

    /** The constant a word names; nothing where there is no word, or none of that name, which is noted. */
    public <E extends Enum<E>> Optional<E> word(
            @Nullable String word, String pointer, E[] constants, Function<E, String> wireName) {
        if (word == null) {
            return Optional.empty();
        }
        Optional<E> found = Arrays.stream(constants)
                .filter(constant -> wireName.apply(constant).equals(word))
                .findFirst();
        if (found.isEmpty()) {
            add(
                    pointer,
                    "\"" + word + "\" is not one of "
                            + Arrays.stream(constants).map(wireName).collect(Collectors.joining(", ")) + ".");
        }
        return found;
    }

    /** A text that goes into the journal, or into commits. */
    public Optional<String> text(@Nullable String text, String pointer) {
        if (text != null && text.length() > LONGEST_TEXT) {
            add(pointer, "longer than " + LONGEST_TEXT + " characters.");
        }
        return Optional.ofNullable(text);
    }

    public void throwIfAny() {
        if (!errors.isEmpty()) {
            throw new ProblemException(
                    ProblemType.VALIDATION,
                    errors.stream()
                            .limit(MOST_TOLD)
                            .map(error -> error.pointer() + ": " + error.message())
                            .collect(Collectors.joining(" ")),
                    errors);
        }
    }
}
