package dev.fathom.cluster;

import java.util.Locale;

/** How a constant is written in answers and filters: lower case with hyphens. */
public final class WireNames {

    private WireNames() {}

    public static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
