package dev.fathom.pool.definition;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Rules among the definitions of one cluster: each has a group of its own, and no record comes back to a topic it was read
 * from.
 */
public final class DefinitionConflicts {

    private DefinitionConflicts() {}

    /** Why a spec conflicts with the others; empty when it does not. */
    public static Optional<String> conflict(String name, Spec spec, Collection<Definition> all) {
        List<Definition> others = all.stream()
                .filter(other -> !other.name().equals(name) && !other.deleting())
                .toList();
        Optional<String> group = others.stream()
                .filter(other -> other.spec().groupId().equals(spec.groupId()))
                .findFirst()
                .map(other -> "Group \"" + spec.groupId() + "\" belongs to consumer \"" + other.name()
                        + "\": every consumer needs a group of its own.");
        return group.or(() -> cycle(spec, others));
    }

    private static Optional<String> cycle(Spec spec, List<Definition> others) {
        Map<String, Set<String>> edges = new HashMap<>();
        others.forEach(other -> add(edges, other.spec()));
        add(edges, spec);
        for (String target : targets(spec)) {
            Set<String> reached = reachable(edges, target);
            Optional<String> source =
                    spec.topics().stream().filter(reached::contains).findFirst();
            if (source.isPresent()) {
                return Optional.of("Records would go round in a circle: what is written to \"" + target
                        + "\" comes back to \"" + source.get() + "\", which this consumer reads.");
            }
        }
        return Optional.empty();
    }

    public static Set<String> targets(Spec spec) {
        Set<String> targets = new LinkedHashSet<>();
        Stream.of(spec.sink().topic(), spec.faults().deadLetterTopic())
                .flatMap(Optional::stream)
                .forEach(targets::add);
        return targets;
    }

    private static void add(Map<String, Set<String>> edges, Spec spec) {
        spec.topics().forEach(topic -> edges.computeIfAbsent(topic, source -> new HashSet<>())
                .addAll(targets(spec)));
    }

    private static Set<String> reachable(Map<String, Set<String>> edges, String from) {
        Set<String> reached = new HashSet<>(Set.of(from));
        Deque<String> open = new ArrayDeque<>(reached);
        while (!open.isEmpty()) {
            for (String next : edges.getOrDefault(open.pop(), Set.of())) {
                if (reached.add(next)) {
                    open.push(next);
                }
            }
        }
        return reached;
    }
}
