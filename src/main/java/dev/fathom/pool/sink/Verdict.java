package dev.fathom.pool.sink;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** What became of a record at a sink. */
public sealed interface Verdict {

    Verdict TAKEN = new Taken();

    /** Why it was not taken; empty where it was. */
    String message();

    /** The sink's own word for that, where it has one. */
    default OptionalInt status() {
        return OptionalInt.empty();
    }

    /** The sink has it, for good. */
    record Taken() implements Verdict {
        @Override
        public String message() {
            return "";
        }
    }

    /** The sink will never take this record: the fault is the record's. */
    record RecordFault(OptionalInt status, String message) implements Verdict {

        static RecordFault of(String message) {
            return new RecordFault(OptionalInt.empty(), message);
        }
    }

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

        /** Of which nobody knows whether it speaks of the record or of the sink. */
        public static EndpointFault failure(String message) {
            return new EndpointFault(OptionalInt.empty(), false, Optional.empty(), message);
        }
    }

    /**
     * Nothing is known of the record itself: what it was sent with failed. To be offered again, which is no attempt of its
     * own.
     *
     * @param alone whether it is to be sent by itself then, so that what becomes of it speaks of nothing else
     */
    record Unjudged(boolean alone, String message) implements Verdict {}

    /** Beyond a bound of the service's own, which can be raised: that the sink would not take it is not said. */
    record BeyondBound(String message) implements Verdict {}

    /** The sink wants no more records, ever (410). */
    record Gone(String message) implements Verdict {}
}
