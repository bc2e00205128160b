package dev.fathom.progress;

import java.util.Arrays;

/**
 * Whether a number grows: by the median of the slopes between all its pairs (Theil–Sen), which single outliers do not move, and
 * the interval in which that lies (Sen).
 */
final class Trend {

    /** Fewer points say nothing. */
    static final int LEAST_POINTS = 6;

    private static final int MOST_POINTS = 16;

    /** For 99 of 100, two-sided. */
    private static final double Z = 2.58;

    private Trend() {}

    /** Whether the lag after commits grew since a moment, the whole interval above 0. */
    static boolean grows(Changes changes, int since) {
        int first = changes.since(since);
        int count = changes.size() - first;
        if (count < LEAST_POINTS) {
            return false;
        }
        int points = Math.min(MOST_POINTS, count);
        double[] x = new double[points];
        double[] y = new double[points];
        for (int i = 0; i < points; i++) {
            int at = first + (int) ((long) (count - 1) * i / (points - 1));
            x[i] = changes.tick(at);
            y[i] = changes.lag(at);
        }
        return lowestSlope(x, y) > 0;
    }

    static boolean known(Changes changes, int since) {
        return changes.size() - changes.since(since) >= LEAST_POINTS;
    }

    /** The lower end of the slope's interval. */
    static double lowestSlope(double[] x, double[] y) {
        int n = x.length;
        double[] slopes = new double[n * (n - 1) / 2];
        int count = 0;
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                if (x[j] != x[i]) {
                    slopes[count++] = (y[j] - y[i]) / (x[j] - x[i]);
                }
            }
        }
        if (count == 0) {
            return 0;
        }
        Arrays.sort(slopes, 0, count);
        double spread = Z * Math.sqrt(n * (n - 1.0) * (2.0 * n + 5) / 18);
        int low = (int) Math.floor((count - spread) / 2);
        return slopes[Math.max(0, low)];
    }
}
