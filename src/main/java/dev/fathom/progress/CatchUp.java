package dev.fathom.progress;

import java.time.Instant;
import java.util.Optional;

/** When a commit reaches the end of its log, if things go on as they did: a range, from the spread of the pace. */
public record CatchUp(Instant earliest, Instant latest) {

    /** Student's t for 95 of 100, two-sided, by degrees of freedom from 1 on. */
    private static final double[] STUDENT = {12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36};

    /**
     * Empty where it is not known, or may never be: the range of the gain includes 0 or less.
     *
     * @param step the usual time between two commits, in ticks: the last of them may be so late
     */
    static Optional<CatchUp> of(Pace pace, int step, Rules rules, Ticks ticks) {
        if (pace.lag() <= 0 || pace.gain() <= 0 || pace.spread() < 0) {
            return Optional.empty();
        }
        double seconds = pace.lag() / pace.gain();
        // The mean of the past parts is off by one share, that of the parts to come by another; and each commit was
        // seen up to
        // an interval late.
        double timing = rules.interval().toMillis() / 1000.0 / (pace.parts() * pace.partSeconds());
        double off = STUDENT[Math.min(STUDENT.length, pace.parts() - 1) - 1]
                        * pace.spread()
                        * Math.sqrt(1.0 / pace.parts() + pace.partSeconds() / seconds)
                + pace.gain() * timing;
        if (pace.gain() - off <= 0) {
            return Optional.empty();
        }
        double soonest = pace.lag() / (pace.gain() + off);
        double last = pace.lag() / (pace.gain() - off);
        long from = ticks.millis(pace.tick());
        long late = Ticks.duration(step).plus(rules.interval()).toMillis();
        double most = 366L * 24 * 3600;
        return last > most
                ? Optional.empty()
                : Optional.of(new CatchUp(
                        Instant.ofEpochMilli(from
                                + (long) (soonest * 1000)
                                - rules.interval().toMillis()),
                        Instant.ofEpochMilli(from + (long) (last * 1000) + late)));
    }
}
