package dev.fathom.progress;

import java.util.Optional;

/**
 * How fast a group reads a log and how fast it is written, in offsets a second, between the first and the last commit of a
 * window.
 *
 * @param consumed the mean
 * @param produced the mean over the same span
 * @param gain what the lag shrinks by a second as the mean; negative when it grows
 * @param spread of the gain between parts of the window: their standard deviation; negative where there are too few parts
 * @param parts how many
 * @param partSeconds how long one is on average
 * @param lag left at the last commit
 * @param tick when that was seen
 */
public record Pace(
        double consumed,
        double produced,
        double gain,
        double spread,
        int parts,
        double partSeconds,
        long lag,
        int tick) {

    private static final int MOST_PARTS = 8;
    private static final int LEAST_PARTS = 3;

    /** Over a window that ends now; empty while two commits have not been seen in it. */
    static Optional<Pace> of(Changes changes, int now, int window) {
        int first = changes.since(now - window);
        int last = changes.size() - 1;
        if (last <= first || changes.tick(last) == changes.tick(first)) {
            return Optional.empty();
        }
        double seconds = seconds(changes, first, last);
        double consumed = (changes.commit(last) - changes.commit(first)) / seconds;
        double produced = (changes.end(last) - changes.end(first)) / seconds;
        double gain = gain(changes, first, last);
        int parts = Math.min(MOST_PARTS, last - first);
        double squares = 0;
        double weights = 0;
        for (int part = 0; part < parts; part++) {
            int from = first + (last - first) * part / parts;
            int to = first + (last - first) * (part + 1) / parts;
            double weight = Math.max(0.1, seconds(changes, from, to));
            double off = gain(changes, from, to) - gain;
            squares += weight * off * off;
            weights += weight;
        }
        double spread = parts < LEAST_PARTS ? -1 : Math.sqrt(squares / weights * parts / (parts - 1));
        return Optional.of(new Pace(
                consumed, produced, gain, spread, parts, seconds / parts, changes.lag(last), changes.tick(last)));
    }

    private static double seconds(Changes changes, int from, int to) {
        return (changes.tick(to) - changes.tick(from)) / (double) Ticks.PER_SECOND;
    }

    private static double gain(Changes changes, int from, int to) {
        double seconds = Math.max(0.1, seconds(changes, from, to));
        return (changes.lag(from) - changes.lag(to)) / seconds;
    }
}
