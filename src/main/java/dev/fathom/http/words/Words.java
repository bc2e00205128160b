package dev.fathom.http.words;

import dev.fathom.cluster.WireNames;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The words of enums. Looks at classes by reflection: for the build and for tests. */
public final class Words {

    private Words() {}

    public static List<String> of(Class<? extends Enum<?>> words) {
        return Stream.of(words.getEnumConstants()).map(Words::of).toList();
    }

    public static List<String> of(WordsOf said) {
        return said.only().length == 0
                ? of(said.value())
                : Stream.of(said.only())
                        .map(name -> of(named(said.value().getEnumConstants(), name)))
                        .toList();
    }

    private static Enum<?> named(Enum<?>[] constants, String name) {
        return Arrays.stream(constants)
                .filter(constant -> constant.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name + " is no constant of these"));
    }

    /** As the enum writes it itself, else as all others are written. */
    private static String of(Enum<?> constant) {
        try {
            return (String) constant.getDeclaringClass().getMethod("wireName").invoke(constant);
        } catch (NoSuchMethodException e) {
            return WireNames.of(constant);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(constant + " does not tell its name", e);
        }
    }
}
