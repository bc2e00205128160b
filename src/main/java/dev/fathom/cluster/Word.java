package dev.fathom.cluster;

import java.util.Locale;

/** A constant of an enum that is a word on the wire: lower case with hyphens, unless it says otherwise. */
public interface Word {

    String name();

    default String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
