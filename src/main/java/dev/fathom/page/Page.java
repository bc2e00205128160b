package dev.fathom.page;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A part of a sorted list.
 *
 * @param total how many items the whole list has
 * @param next the key to go on after; empty on the last page
 */
public record Page<T>(List<T> items, int total, Optional<String> next) {

    private record Keyed<T>(String key, T item) {}

    /** Sorts the items by their keys, which must differ, and cuts the page out. */
    public static <T> Page<T> of(Collection<T> all, Function<T, String> key, PageRequest request) {
        List<Keyed<T>> sorted = new ArrayList<>(all.size());
        all.forEach(item -> sorted.add(new Keyed<>(key.apply(item), item)));
        sorted.sort(Comparator.comparing(Keyed::key));
        int from = request.after()
                .map(after -> (int) sorted.stream()
                        .takeWhile(keyed -> keyed.key().compareTo(after) <= 0)
                        .count())
                .orElse(0);
        int to = (int) Math.min(sorted.size(), (long) from + request.limit());
        List<T> items = sorted.subList(from, to).stream().map(Keyed::item).toList();
        Optional<String> next =
                to < sorted.size() ? Optional.of(sorted.get(to - 1).key()) : Optional.empty();
        return new Page<>(items, all.size(), next);
    }

    /** The same page with its items replaced, one for one and in order. */
    public <R> Page<R> withItems(List<R> replaced) {
        return new Page<>(replaced, total, next);
    }
}
