package dev.fathom.http.page;

import org.jspecify.annotations.Nullable;

/**
 * A column of a table that can be sorted by.
 *
 * @param link to the list in the order that a click on its head asks for; null where it cannot be sorted by
 * @param sorted {@code ascending}, {@code descending}, or {@code none}
 * @param kind how its cells are shown: {@code num} for numbers, {@code wide} for what a narrow screen leaves out
 */
record Column(String head, @Nullable String link, String sorted, String kind) {

    /** The same, with another word for how it is sorted. */
    Column sorted(String how) {
        return new Column(head, link, how, kind);
    }
}
