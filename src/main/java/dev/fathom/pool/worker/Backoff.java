package dev.fathom.pool.worker;

import dev.fathom.pool.definition.Spec.Jitter;
import dev.fathom.pool.definition.Spec.Retry;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** How long to wait before something is tried again. */
final class Backoff {

    private Backoff() {}

    /** @param failures so far, from 1 */
    static Duration after(int failures, Retry retry) {
        double step = retry.initial().toNanos() * Math.pow(retry.multiplier(), Math.max(0, failures - 1));
        long nanos = (long) Math.min(step, (double) retry.max().toNanos());
        return Duration.ofNanos(
                retry.jitter() == Jitter.FULL ? ThreadLocalRandom.current().nextLong(nanos + 1) : nanos);
    }
}
