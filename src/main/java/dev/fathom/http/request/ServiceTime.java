package dev.fathom.http.request;

import java.time.Duration;

/** How long answers take now, and how often one is given: averages in which the last dozen or so count. */
final class ServiceTime {

    private static final double WEIGHT = 1 / 8.0;

    private boolean measured;
    private double mean;
    private double spread;
    private double between;

    /**
     * @param took from when it was begun until it was answered, in nanoseconds
     * @param atOnce how many worked then, this one among them
     */
    void add(long took, int atOnce) {
        double interval = (double) took / atOnce;
        if (!measured) {
            measured = true;
            mean = took;
            between = interval;
            return;
        }
        spread += (Math.abs(took - mean) - spread) * WEIGHT;
        mean += (took - mean) * WEIGHT;
        between += (interval - between) * WEIGHT;
    }

    void forget() {
        measured = false;
        mean = 0;
        spread = 0;
        between = 0;
    }

    /** What one that is begun now takes, by its mean and how far single ones are off it; zero while nothing was measured. */
    Duration expected() {
        return Duration.ofNanos((long) (mean + spread));
    }

    /** How long it takes until so many have been answered; zero while nothing was measured. */
    Duration until(int answered) {
        return Duration.ofNanos((long) (answered * between));
    }
}
