package dev.fathom.progress;

import dev.fathom.cluster.Broker;
import dev.fathom.cluster.TopicPartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is known of all groups of a cluster over time, within so many bytes. What there is room for beyond the least that each
 * needs goes to remembering more; where even that is too much, the groups go that nobody asked about, those first of which
 * nothing is the matter, and are not taken in again until somebody asks.
 *
 * <p>Looks come from one thread, questions from any.
 */
public final class ClusterProgress {

    private static final int MOST_RUNS = 64;

    private final Rules rules;
    private final Duration history;
    private final long memory;
    private final Ticks ticks;
    private final Map<String, TopicProgress> topics = new ConcurrentHashMap<>();
    private final Map<String, GroupProgress> groups = new ConcurrentHashMap<>();
    private final Map<String, Long> asked = new ConcurrentHashMap<>();
    private final Set<String> dropped = ConcurrentHashMap.newKeySet();
    private volatile List<Broker> brokers = List.of();
    private volatile long bytes;
    private int runs = MOST_RUNS;
    private int changes = Changes.MOST_CAPACITY;

    /**
     * @param memory in bytes
     * @param now in ms
     */
    public ClusterProgress(Rules rules, Duration history, long memory, long now) {
        this.rules = rules;
        this.history = history;
        this.memory = memory;
        this.ticks = new Ticks(now - Ticks.MILLIS);
    }

    /**
     * Takes a look into account.
     *
     * @return the groups that had to go to make room
     */
    public synchronized List<String> saw(Look look) {
        look.listed().ifPresent(this::keep);
        look.brokers().ifPresent(alive -> brokers = alive);
        look.topics().forEach((name, topic) -> topics.computeIfAbsent(name, n -> new TopicProgress())
                .saw(topic, runs));
        for (Look.OfGroup group : look.groups()) {
            String id = group.description().id();
            if (!dropped.contains(id)) {
                groups.computeIfAbsent(id, g -> new GroupProgress(g, ticks, rules, history, topics::get))
                        .saw(group, look.began(), look.at(), changes);
            }
        }
        Set<String> needed = new HashSet<>(look.topics().keySet());
        groups.values().forEach(group -> needed.addAll(group.topics()));
        topics.keySet().retainAll(needed);
        return makeRoom(look.at());
    }

    /** Forgets groups that are no more. */
    private void keep(Set<String> listed) {
        groups.keySet().retainAll(listed);
        asked.keySet().retainAll(listed);
        dropped.retainAll(listed);
    }

    private List<String> makeRoom(long now) {
        long held = held();
        while (held > memory && shrink()) {
            topics.values().forEach(topic -> topic.trim(runs, now));
            groups.values().forEach(group -> group.trim(changes));
            held = held();
        }
        if (2 * held < memory) {
            runs = Math.min(MOST_RUNS, runs * 2);
            changes = Math.min(Changes.MOST_CAPACITY, Math.max(Changes.LEAST_CAPACITY, changes * 2));
        }
        List<String> gone = new ArrayList<>();
        if (held > memory) {
            for (GroupProgress group : leastWanted()) {
                if (held <= memory) {
                    break;
                }
                held -= group.bytes();
                groups.remove(group.id());
                dropped.add(group.id());
                gone.add(group.id());
            }
        }
        bytes = held;
        return gone;
    }

    private long held() {
        return topics.values().stream().mapToLong(TopicProgress::bytes).sum()
                + groups.values().stream().mapToLong(GroupProgress::bytes).sum();
    }

    /** Remembers less of each; false when it is the least already. */
    private boolean shrink() {
        if (runs <= EndRuns.LEAST_CAPACITY && changes <= Changes.LEAST_CAPACITY) {
            boolean had = changes > 0;
            changes = 0;
            return had;
        }
        runs = Math.max(EndRuns.LEAST_CAPACITY, runs / 2);
        changes = Math.max(Changes.LEAST_CAPACITY, changes / 2);
        return true;
    }

    private List<GroupProgress> leastWanted() {
        return groups.values().stream()
                .sorted(Comparator.comparing((GroupProgress group) -> asked.getOrDefault(group.id(), 0L))
                        .thenComparing(GroupProgress::verdict, Comparator.reverseOrder())
                        .thenComparing(GroupProgress::id))
                .toList();
    }

    /** A group; empty when it was not looked at, or had to go. Whoever asks for it wants it kept. */
    public Optional<GroupProgress> group(String id, long now) {
        asked.put(id, now);
        dropped.remove(id);
        return Optional.ofNullable(groups.get(id));
    }

    /** The same, of which nothing follows: for lists. */
    public Optional<GroupProgress> known(String id) {
        return Optional.ofNullable(groups.get(id));
    }

    public Collection<GroupProgress> groups() {
        return groups.values();
    }

    /** What it is known as of a topic; empty when no group has to do with it. */
    public Optional<TopicProgress> topic(String name) {
        return Optional.ofNullable(topics.get(name));
    }

    /** The brokers alive when they were last seen, by id; none before that. */
    public List<Broker> brokers() {
        return brokers;
    }

    /** Visits every log that was seen, topics in no order. */
    public void logs(LogVisitor visitor) {
        topics.forEach((name, topic) -> {
            for (int partition = 0; partition < topic.partitions(); partition++) {
                LogProgress log = topic.log(partition);
                if (log != null && log.known()) {
                    visitor.visit(name, partition, log);
                }
            }
        });
    }

    @FunctionalInterface
    public interface LogVisitor {
        void visit(String topic, int partition, LogProgress log);
    }

    /** Topics of which it is not known, or was not asked lately, how long they keep records. */
    public List<String> topicsToAskAbout(int most, long now) {
        return topics.entrySet().stream()
                .filter(entry -> entry.getValue().needsKeeps(now))
                .map(Map.Entry::getKey)
                .limit(most)
                .toList();
    }

    /** Logs of which nobody knows where they ended before the first look, and in which a group has something to read. */
    public Collection<TopicPartition> logsToAnchor(int most) {
        Set<TopicPartition> logs = new LinkedHashSet<>();
        for (GroupProgress group : groups.values()) {
            logs.addAll(group.unanchored(most - logs.size()));
            if (logs.size() >= most) {
                break;
            }
        }
        return logs;
    }

    /** Places that are worth a look at the log itself; those of the groups that were asked about first. */
    public List<Unread> worthReading(int most) {
        List<Unread> worth = new ArrayList<>();
        for (GroupProgress group : groups.values().stream()
                .sorted(Comparator.comparing((GroupProgress each) -> -asked.getOrDefault(each.id(), 0L)))
                .toList()) {
            if (worth.size() >= most) {
                break;
            }
            worth.addAll(group.worthReading(most - worth.size()));
        }
        return worth;
    }

    /** How much all of it takes, in bytes. */
    public long bytes() {
        return bytes;
    }

    /** How many groups had to go. */
    public int droppedGroups() {
        return dropped.size();
    }
}
