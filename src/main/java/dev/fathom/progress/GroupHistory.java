package dev.fathom.progress;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What a group was like, step by step, oldest first, and what happened to it.
 *
 * @param step how far apart the points are
 */
public record GroupHistory(Duration step, List<Point> points, List<GroupEvent> events) {

    /**
     * A moment.
     *
     * @param lag in offsets; null when not known
     * @param timeLag of the partition furthest behind in time; null when not known
     * @param consumed offsets a second since the point before; empty for the first
     * @param produced the same of what was written
     */
    public record Point(
            Instant at,
            @Nullable Long lag,
            @Nullable Duration timeLag,
            OptionalDouble consumed,
            OptionalDouble produced,
            int members,
            Verdict verdict) {}

    static GroupHistory of(
            History history,
            Ticks ticks,
            Instant from,
            Instant to,
            Duration wanted,
            Duration finest,
            List<GroupEvent> events) {
        Duration step = wanted.compareTo(finest) < 0 ? finest : wanted;
        List<Point> points = new ArrayList<>();
        History.Moment before = null;
        int next = Ticks.NEVER;
        int stepTicks = Ticks.of(step);
        int first = from.toEpochMilli() <= ticks.start() ? 0 : ticks.at(from.toEpochMilli());
        int last = ticks.at(to.toEpochMilli());
        for (int i = 0; i < history.size(); i++) {
            History.Moment kept = history.at(i);
            for (int tick : moments(kept, Ticks.of(finest))) {
                boolean due = next == Ticks.NEVER || tick >= next;
                if (tick >= first && tick <= last && due) {
                    History.Moment moment = new History.Moment(
                            tick, tick, kept.lag(), kept.timeLag(), kept.consumed(), kept.members(), kept.verdict());
                    points.add(point(moment, Optional.ofNullable(before), ticks));
                    before = moment;
                    next = tick + stepTicks;
                }
            }
        }
        return new GroupHistory(
                step,
                points,
                events.stream()
                        .filter(event ->
                                !event.at().isBefore(from) && !event.at().isAfter(to))
                        .toList());
    }

    /** Those that a kept one stands for. */
    private static List<Integer> moments(History.Moment kept, int finest) {
        List<Integer> moments = new ArrayList<>();
        for (int tick = kept.tick(); tick < kept.until(); tick += Math.max(1, finest)) {
            moments.add(tick);
        }
        moments.add(kept.until());
        return moments;
    }

    private static Point point(History.Moment moment, Optional<History.Moment> before, Ticks ticks) {
        OptionalDouble consumed = OptionalDouble.empty();
        OptionalDouble produced = OptionalDouble.empty();
        if (before.isPresent() && moment.tick() > before.get().tick()) {
            double seconds = (moment.tick() - before.get().tick()) / (double) Ticks.PER_SECOND;
            long read = moment.consumed() - before.get().consumed();
            consumed = OptionalDouble.of(read / seconds);
            long written = moment.lag() - before.get().lag() + read;
            if (moment.lag() != Look.UNKNOWN && before.get().lag() != Look.UNKNOWN && written >= 0) {
                produced = OptionalDouble.of(written / seconds);
            }
        }
        return new Point(
                ticks.instant(moment.tick()),
                moment.lag() == Look.UNKNOWN ? null : Long.valueOf(moment.lag()),
                moment.timeLag() == Ticks.NEVER ? null : Ticks.duration(moment.timeLag()),
                consumed,
                produced,
                moment.members(),
                moment.verdict());
    }
}
