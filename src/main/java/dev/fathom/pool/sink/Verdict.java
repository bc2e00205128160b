package dev.fathom.pool.sink;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** What became of a record at a sink. */
public sealed interface Verdict {

    Verdict TAKEN = new Taken();

    /** The sink has it, for good. */
    record Taken() implements Verdict {}

    /** The sink will never take this record: the fault is the record's. */
    record RecordFault(OptionalInt status, String message) implements Verdict {}

    /**
     * The sink could not be reached, or could not do it now.
     *
     * @param outage whether that speaks of the sink as a whole: no connection, no answer in time, too busy
     * @param retryAfter what the sink itself asks for
     */
    record EndpointFault(OptionalInt status, boolean outage, Optional<Duration> retryAfter, String message)
            implements Verdict {

        public static EndpointFault outage(String message) {
            return new EndpointFault(OptionalInt.empty(), true, Optional.empty(), message);
        }
    }

    /** The sink wants no more records, ever (410). */
    record Gone(String message) implements Verdict {}
}
