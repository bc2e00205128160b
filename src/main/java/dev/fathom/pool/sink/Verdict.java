package dev.fathom.pool.sink;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** The answer of a sink for a record. */
public sealed interface Verdict {

    @SuppressWarnings("ClassInitializationDeadlock") // Made here, and touched nowhere else.
    Verdict TAKEN = new Taken();

    /** Why it was not taken; empty where it was. */
    String message();

    /** The sink's own status, where it has one. */
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
     * @param outage whether the sink as a whole is unavailable: no connection, no answer in time, too busy
     * @param retryAfter what the sink itself asks for
     */
    record EndpointFault(OptionalInt status, boolean outage, Optional<Duration> retryAfter, String message)
            implements Verdict {

        public static EndpointFault outage(String message) {
            return new EndpointFault(OptionalInt.empty(), true, Optional.empty(), message);
        }

        /** One of which it is not known whether the record or the sink is at fault. */
        public static EndpointFault failure(String message) {
            return new EndpointFault(OptionalInt.empty(), false, Optional.empty(), message);
        }
    }

    /**
     * The record was not judged: the batch it was sent in failed. It is offered again, which does not count as an attempt.
     *
     * @param alone whether it is to be sent by itself then, so that its outcome depends on no other
     */
    record Unjudged(boolean alone, String message) implements Verdict {}

    /** It exceeds a bound of the service itself, which can be raised; the sink might take it. */
    record BeyondBound(String message) implements Verdict {}

    /** The sink wants no more records, ever (410). */
    record Gone(String message) implements Verdict {}
}
