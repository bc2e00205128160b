package dev.fathom.kafka;

import java.util.Locale;

/**
 * What a client is for. An Admin client sends one request at a time to each broker, so work that must not wait for
 * other work gets a client of its own.
 */
enum Purpose {
    /** Questions about one group or topic: answered in milliseconds. */
    INTERACTIVE,
    BULK,
    /** Looking again and again in the background. */
    SAMPLING,
    /** Moving offsets and members: must not wait behind reads. */
    CHANGES,
    HEALTH,
    RECORDS,
    /** The service's own topics. */
    JOURNAL,
    /** Managed consumers, and the topics they run on. */
    POOL;

    /**
     * How long to wait before a failed request is sent again. Also how often an Admin client goes round while it reaches no
     * broker, which costs: short only where somebody waits for the answer.
     */
    long retryBackoffMillis() {
        return switch (this) {
            case INTERACTIVE, BULK, CHANGES, RECORDS, JOURNAL -> 20;
            case POOL, SAMPLING -> 100;
            case HEALTH -> 200;
        };
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
