package dev.fathom.progress;

import dev.fathom.cluster.PastCommit;
import dev.fathom.cluster.TopicPartition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What is known of one group over time. Looks come from one thread, questions from any. */
public final class GroupProgress {

    private static final int HEADERS = 480;
    private static final int EVENT_BYTES = 96;
    private static final int MOST_EVENTS = 32;
    private static final int LEAST_LOOKS = 8;
    private static final int MOST_LOOKS = 64;

    private final String id;
    private final Ticks ticks;
    private final Rules rules;
    private final int historyStep;
    private final Tracks tracks;
    private final Membership membership = new Membership();
    private final Cycles cycles = new Cycles();
    private final History history;
    private final Deque<GroupEvent> events = new ArrayDeque<>(0);
    private int evidenceFrom;
    private int lastLook = Ticks.NEVER;
    private int lookBegan = Ticks.NEVER;
    private int lastMove;
    private int lastPoint = Ticks.NEVER;
    private long consumed;
    private Verdict verdict = Verdict.UNKNOWN;
    /** Time lags grow alike until the next look, so the longest stays that. */
    private @Nullable TopicPartition longest;

    private boolean allLagsKnown;

    GroupProgress(String id, Ticks ticks, Rules rules, Duration history, Function<String, TopicProgress> topics) {
        this.id = id;
        this.ticks = ticks;
        this.rules = rules;
        Duration step = step(rules.interval(), history);
        this.historyStep = Ticks.of(step);
        this.history = new History((int) (history.toMillis() / step.toMillis()) + 1);
        this.tracks = new Tracks(topics);
    }

    /** How far apart the moments of a history are: a minute in an hour, and never less than a look. */
    public static Duration step(Duration interval, Duration history) {
        Duration sixtieth = history.dividedBy(60);
        return sixtieth.compareTo(interval) > 0 ? sixtieth : interval;
    }

    /**
     * Takes a look into account; the ends of the logs are in the topics already.
     *
     * @param began when the look began
     * @param at when the look was over
     * @param ringCapacity how many changes of a commit may be remembered
     */
    synchronized void saw(Look.OfGroup look, long began, long at, int ringCapacity) {
        int now = ticks.at(at);
        boolean first = lastLook == Ticks.NEVER;
        boolean watched = !first && now - lastLook <= rules.missed();
        if (!watched) {
            evidenceFrom = now;
        }
        lastLook = now;
        boolean empty = membership.members() == 0;
        membership.saw(look.description(), watched, now);
        boolean quiet = now - lastMove > Ticks.of(rules.stopAfter());
        Movements movements = new Movements(empty && membership.members() == 0 && quiet);
        long moved = move(look, now, ringCapacity, movements);
        if (!first) {
            movements.found(ticks.instant(lookBegan)).ifPresent(found -> moved(now, found));
        }
        lookBegan = ticks.at(began);
        if (first) {
            lastMove = now;
        } else if (moved > 0) {
            if (lastMove >= evidenceFrom && now - lastMove > Ticks.of(rules.stopAfter())) {
                cycles.began(now);
            }
            lastMove = now;
        }
        consumed += moved;
        judge(at, now);
        if (membership.justChanged()) {
            event(
                    GroupEvent.Kind.MEMBERS,
                    now,
                    membership.members() + " members, " + membership.state().wireName());
        }
        if (lastPoint == Ticks.NEVER || now - lastPoint >= historyStep) {
            lastPoint = now;
            history.add(moment(at, now));
        }
    }

    /** By how much its commits moved forward in all. */
    private long move(Look.OfGroup look, int now, int ringCapacity, Movements movements) {
        long[] moved = {0};
        tracks.take(look, (topic, partition, progress, log, commit, owned) -> {
            movements.saw(topic, partition, progress.committed(), commit);
            boolean whole = progress.rewoundFrom() == Look.UNKNOWN;
            moved[0] += progress.saw(commit, log, owned, evidenceFrom, lookBegan, now, ringCapacity);
            if (whole && progress.rewoundFrom() != Look.UNKNOWN) {
                String what = topic + "-" + partition + " from " + progress.rewoundFrom() + " to " + commit;
                event(GroupEvent.Kind.REWOUND, now, what);
            }
        });
        return moved[0];
    }

    private void judge(long at, int now) {
        GroupFacts facts = facts();
        Verdict[] worst = {Verdict.UNKNOWN};
        boolean[] pending = {false};
        Duration[] most = {Duration.ofMillis(-1)};
        longest = null;
        allLagsKnown = true;
        tracks.forEach((topic, partition, progress, log) -> {
            TimeLag lag = timeLag(progress, log, at);
            progress.judge(
                    facts, log, rules, lag.leastMillis(), tracks.keeps(topic).millis(), now);
            worst[0] = progress.verdict().worse(worst[0]);
            pending[0] |= progress.pending(facts);
            allLagsKnown &= lag.known();
            if (lag.known() && lag.duration().compareTo(most[0]) > 0) {
                most[0] = lag.duration();
                longest = new TopicPartition(topic, partition);
            }
        });
        Verdict judged = worst[0].ofAll(pending[0]);
        if (judged != verdict) {
            event(GroupEvent.Kind.VERDICT, now, verdict.wireName() + " to " + judged.wireName());
        }
        verdict = judged;
    }

    private GroupFacts facts() {
        long looks = rules.window().toMillis() / rules.interval().toMillis();
        return new GroupFacts(
                membership.members(),
                membership.emptySince(),
                lastMove,
                evidenceFrom,
                membership.unstable((int) Math.max(LEAST_LOOKS, Math.min(MOST_LOOKS, looks))),
                cycles.period(),
                cycles.last());
    }

    private static TimeLag timeLag(PartitionProgress progress, LogProgress log, long at) {
        if (progress.committed() == Look.UNKNOWN) {
            return TimeLag.unknown(TimeLag.Reason.NO_COMMIT);
        }
        if (!log.known()) {
            return TimeLag.unknown(TimeLag.Reason.LOG_UNKNOWN);
        }
        TimeLag.Place place = new TimeLag.Place(progress.committed(), log.first(), log.end());
        return log.timeLag(place, progress.read(), at, at);
    }

    private History.Moment moment(long at, int now) {
        long[] lag = {Look.UNKNOWN};
        int[] behind = {Ticks.NEVER};
        boolean[] longer = {false};
        tracks.forEach((topic, partition, progress, log) -> {
            TimeLag one = timeLag(progress, log, at);
            if (one.known()) {
                lag[0] = Math.max(0, lag[0]) + log.end() - progress.committed();
                behind[0] = Math.max(behind[0], Ticks.of(one.duration()));
                longer[0] |= one.method() == TimeLag.Method.AT_LEAST;
            }
        });
        // A moment has no bound beside it, so what may be longer is not told as if it were known.
        int timeLag = longer[0] ? Ticks.NEVER : behind[0];
        return new History.Moment(now, now, lag[0], timeLag, consumed, membership.members(), verdict);
    }

    private void event(GroupEvent.Kind kind, int now, String what) {
        event(new GroupEvent(ticks.instant(now), kind, what));
    }

    private void moved(int now, GroupEvent.Moved found) {
        event(new GroupEvent(ticks.instant(now), GroupEvent.Kind.MOVED_BY_OTHERS, "", Optional.of(found)));
    }

    private void event(GroupEvent event) {
        if (events.size() == MOST_EVENTS) {
            events.removeFirst();
        }
        events.addLast(event);
    }

    public String id() {
        return id;
    }

    public synchronized Verdict verdict() {
        return verdict;
    }

    /**
     * The time lag at a place that somebody measured.
     *
     * @param observed when, in ms
     */
    public synchronized TimeLag timeLag(TopicPartition partition, TimeLag.Place place, long observed) {
        LogProgress log = tracks.log(partition);
        return log == null
                ? TimeLag.unseen(place)
                : log.timeLag(place, tracks.of(partition).flatMap(PartitionProgress::read), observed, observed);
    }

    /** How old the first unread record is by its own timestamp, where it was read. */
    public synchronized Optional<Duration> recordAge(TopicPartition partition, TimeLag.Place place, long now) {
        return TimeLag.recordAge(place, tracks.of(partition).flatMap(PartitionProgress::read), now);
    }

    /**
     * The partition that was furthest behind in time at the last look, as it is now.
     *
     * @param now in ms
     */
    public synchronized LongestLag longestLag(long now) {
        TopicPartition of = longest;
        LogProgress log = of == null ? null : tracks.log(of);
        Optional<PartitionProgress> progress = of == null ? Optional.empty() : tracks.of(of);
        if (of == null || log == null || progress.isEmpty()) {
            return LongestLag.UNKNOWN;
        }
        return new LongestLag(Optional.of(of), timeLag(progress.get(), log, now), allLagsKnown);
    }

    /** Remembers what was found when a log was read from its first unread offset on. */
    public synchronized void read(TopicPartition partition, FirstUnread found) {
        tracks.of(partition).ifPresent(progress -> progress.read(found));
    }

    /** Places where reading the log once tells more than looking at its end. */
    synchronized List<Unread> worthReading(int most) {
        List<Unread> worth = new ArrayList<>();
        tracks.forEach((topic, partition, progress, log) -> {
            if (worth.size() < most && progress.wantsReading(log, lastLook)) {
                TimeLag.Method method =
                        timeLag(progress, log, ticks.millis(lastLook)).method();
                boolean small = log.still() && log.end() - progress.committed() <= Unread.SMALL;
                if (small || method == TimeLag.Method.AT_LEAST || method == TimeLag.Method.ESTIMATED) {
                    worth.add(new Unread(
                            this,
                            new TopicPartition(topic, partition),
                            Math.max(progress.committed(), log.first()),
                            log.end(),
                            log.stable()));
                }
            }
        });
        return worth;
    }

    /** Partitions with something to read in logs of which nobody knows where they ended before the first look. */
    synchronized List<TopicPartition> unanchored(int most) {
        List<TopicPartition> logs = new ArrayList<>();
        tracks.forEach((topic, partition, progress, log) -> {
            boolean unread = progress.committed() != Look.UNKNOWN && progress.committed() < log.end();
            if (logs.size() < most && unread && log.needsAnchors()) {
                logs.add(new TopicPartition(topic, partition));
            }
        });
        return logs;
    }

    /**
     * What is known now, of the partitions a caller may see.
     *
     * @param now in ms
     */
    public synchronized GroupReport report(Predicate<String> visibleTopics, long now) {
        List<PartitionReport> reports = new ArrayList<>();
        int tick = ticks.at(now);
        GroupFacts facts = facts();
        tracks.forEach((topic, partition, progress, log) -> {
            if (progress.committed() != Look.UNKNOWN && visibleTopics.test(topic)) {
                reports.add(PartitionReport.of(
                        new TopicPartition(topic, partition),
                        progress,
                        log,
                        tracks.keeps(topic),
                        timeLag(progress, log, now),
                        facts,
                        rules,
                        ticks,
                        tick));
            }
        });
        Optional<Instant> lookedAt = lastLook == Ticks.NEVER ? Optional.empty() : Optional.of(ticks.instant(lastLook));
        int abandoned = facts.abandonedSince();
        Optional<Instant> abandonedSince =
                abandoned == Ticks.NEVER ? Optional.empty() : Optional.of(ticks.instant(abandoned));
        return GroupReport.of(id, reports, membership.members(), membership.state(), abandonedSince, lookedAt);
    }

    /**
     * The numbers alone, of all partitions.
     *
     * @param now in ms
     */
    public synchronized GroupMeasures measures(long now) {
        List<Measure> measures = new ArrayList<>();
        tracks.forEach((topic, partition, progress, log) -> {
            if (progress.committed() != Look.UNKNOWN) {
                long end = log.known() ? log.end() : Look.UNKNOWN;
                TimeLag lag = timeLag(progress, log, now);
                measures.add(new Measure(
                        topic,
                        partition,
                        progress.committed(),
                        log.known() ? log.first() : Look.UNKNOWN,
                        end,
                        lag,
                        Loss.of(lag, tracks.keeps(topic))));
            }
        });
        return new GroupMeasures(id, membership.members(), verdict, measures);
    }

    /** What it was like, and what happened, since a moment. */
    public synchronized GroupHistory history(Instant from, Instant to, Duration step) {
        return GroupHistory.of(history, ticks, from, to, step, Ticks.duration(historyStep), List.copyOf(events));
    }

    /** What looks showed of a commit around a moment; empty where it lies outside what is remembered. */
    public synchronized Optional<PastCommit.Between> committedAt(TopicPartition partition, Instant at) {
        if (at.toEpochMilli() <= ticks.start()) {
            return Optional.empty();
        }
        return tracks.of(partition)
                .flatMap(progress -> progress.at(ticks.at(at.toEpochMilli()), lookBegan))
                .map(seen -> new PastCommit.Between(
                        seen.atLeast(),
                        seen.atMost(),
                        ticks.instant(seen.from()),
                        later(ticks.instant(seen.until()), at)));
    }

    /** A look within the same tick may have been a little later than its tick says. */
    private static Instant later(Instant look, Instant moment) {
        return look.isBefore(moment) ? moment : look;
    }

    synchronized void trim(int changes) {
        tracks.trim(changes);
    }

    synchronized Set<String> topics() {
        return tracks.topics();
    }

    synchronized long bytes() {
        return HEADERS + history.bytes() + (long) EVENT_BYTES * events.size() + tracks.bytes();
    }
}
