package dev.fathom.bench;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;

/** How long things took: nanoseconds in, milliseconds out. One thread writes. */
final class Latencies {

    private long[] nanos = new long[1024];
    private int count;
    private boolean sorted = true;

    void add(long took) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = took;
        sorted = false;
    }

    static Latencies together(Collection<Latencies> parts) {
        Latencies all = new Latencies();
        for (Latencies part : parts) {
            for (int i = 0; i < part.count; i++) {
                all.add(part.nanos[i]);
            }
        }
        return all;
    }

    int count() {
        return count;
    }

    double p50() {
        return at(0.5);
    }

    double p99() {
        return at(0.99);
    }

    double max() {
        return at(1);
    }

    /** The smallest that so great a share is not above; NaN where there is none. */
    private double at(double share) {
        if (count == 0) {
            return Double.NaN;
        }
        if (!sorted) {
            Arrays.sort(nanos, 0, count);
            sorted = true;
        }
        return nanos[Math.max(0, (int) Math.ceil(share * count) - 1)] / 1e6;
    }

    /** As columns of a table; no 99th percentile of fewer than a hundred. */
    Object[] columns() {
        return new Object[] {count, millis(p50()), count < 100 ? "–" : millis(p99()), millis(max())};
    }

    static String millis(double millis) {
        if (Double.isNaN(millis)) {
            return "–";
        }
        return String.format(Locale.ROOT, millis < 10 ? "%.2f" : millis < 100 ? "%.1f" : "%,.0f", millis);
    }
}
