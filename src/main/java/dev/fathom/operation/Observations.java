package dev.fathom.operation;

import dev.fathom.cluster.Cluster;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Since when groups without members have had the commits they have. Kept in the journal, so that it outlives the service;
 * where there is no journal yet, or none may be written, it counts from the start of this process.
 */
@ApplicationScoped
public class Observations {

    private record Key(String cluster, String group) {}

    private final Journal journal;
    private final Clock clock;
    private final Map<Key, History.Seen> here = new ConcurrentHashMap<>();

    Observations(Journal journal, Clock clock) {
        this.journal = journal;
        this.clock = clock;
    }

    /**
     * Takes note of groups that have no members now.
     *
     * @param commits a fingerprint of what each has committed
     * @return for each, since when the service has seen it so
     */
    public Map<String, Instant> unchangedSince(Cluster cluster, Map<String, Long> commits) {
        boolean kept = journal.enabled() && !cluster.readOnly() && journal.exists(cluster);
        Map<String, History.Seen> known = kept
                ? journal.ask(cluster, history -> {
                    Map<String, History.Seen> seen = new HashMap<>();
                    commits.keySet()
                            .forEach(group -> history.observation(group).ifPresent(last -> seen.put(group, last)));
                    return seen;
                })
                : Map.of();
        Instant now = clock.instant();
        Map<String, Instant> since = new HashMap<>();
        Map<Instant, Map<String, Long>> news = new HashMap<>();
        commits.forEach((group, fingerprint) -> {
            Optional<History.Seen> last =
                    Optional.ofNullable(known.get(group)).filter(seen -> seen.commits() == fingerprint);
            History.Seen mine = here.compute(
                    new Key(cluster.name(), group),
                    (key, seen) ->
                            seen != null && seen.commits() == fingerprint ? seen : new History.Seen(fingerprint, now));
            Instant from = last.map(History.Seen::since).orElse(mine.since());
            since.put(group, from);
            if (last.isEmpty()) {
                news.computeIfAbsent(from, instant -> new HashMap<>()).put(group, fingerprint);
            }
        });
        if (kept) {
            news.forEach((from, groups) -> journal.append(cluster, "", new Entry.Observed(from, groups)));
        }
        return since;
    }
}
