package dev.fathom.progress;

import java.util.OptionalLong;

/**
 * Where a log ended at a few moments before anybody looked, by the timestamps of its records: good as far as these tell when
 * records arrived. The first record at or after an instant lies no later than that of any later instant, so these are in order
 * whatever the timestamps are.
 *
 * @param times in order, in ms
 * @param ends at each of them the offset of the first record with that timestamp or a later one
 */
public record Anchors(long[] times, long[] ends) {

    public Anchors {
        if (times.length != ends.length) {
            throw new IllegalArgumentException(times.length + " times for " + ends.length + " ends");
        }
        for (int i = 1; i < times.length; i++) {
            if (times[i] <= times[i - 1] || ends[i] < ends[i - 1]) {
                throw new IllegalArgumentException("anchors are in order of time and offset");
            }
        }
    }

    EndRuns.Bracket arrivalOf(long offset) {
        OptionalLong after = OptionalLong.empty();
        for (int i = 0; i < times.length; i++) {
            if (ends[i] > offset) {
                return new EndRuns.Bracket(after, OptionalLong.of(times[i]));
            }
            after = OptionalLong.of(times[i]);
        }
        return new EndRuns.Bracket(after, OptionalLong.empty());
    }

    long bytes() {
        return 56 + 16L * times.length;
    }
}
