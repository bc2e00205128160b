package dev.fathom.kafka;

import java.util.Locale;

/**
 * What a client is for. An Admin client sends one request at a time to each broker, so work that must not wait for
 * other work gets a client of its own.
 */
enum Purpose {
    /** Questions about one group or topic: answered in milliseconds. */
    INTERACTIVE,
    /** Questions about many groups. */
    BULK,
    /** The probe in the background. */
    HEALTH,
    /** Reading records. */
    RECORDS;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
