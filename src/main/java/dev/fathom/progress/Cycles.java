package dev.fathom.progress;

import java.util.Arrays;

/** When a group began to work after a rest: a batch job does so by a period. */
final class Cycles {

    /** Three cycles have four beginnings. */
    private static final int BEGINNINGS = 4;

    /** How far a cycle may be from the usual one, as a share of it. */
    private static final double EVEN = 0.25;

    private final int[] begins = new int[BEGINNINGS];
    private int count;

    void began(int tick) {
        if (count == BEGINNINGS) {
            System.arraycopy(begins, 1, begins, 0, BEGINNINGS - 1);
            count--;
        }
        begins[count++] = tick;
    }

    int last() {
        return count == 0 ? Ticks.NEVER : begins[count - 1];
    }

    /** The period, in ticks; 0 while three cycles of about one length have not been seen. */
    int period() {
        if (count < BEGINNINGS) {
            return 0;
        }
        int[] cycles = new int[BEGINNINGS - 1];
        for (int i = 0; i < cycles.length; i++) {
            cycles[i] = begins[i + 1] - begins[i];
        }
        Arrays.sort(cycles);
        int usual = cycles[cycles.length / 2];
        boolean even = usual - cycles[0] <= EVEN * usual && cycles[cycles.length - 1] - usual <= EVEN * usual;
        return even ? usual : 0;
    }
}
