package dev.fathom.pool.sink;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** How often a record was written on by a managed consumer: what stops circles nobody foresaw. */
public final class Hops {

    public static final String HEADER = "fathom.hops";

    /** A record that has come this far goes no further. */
    public static final int MOST = 8;

    private Hops() {}

    public static int of(Headers headers) {
        Header header = headers.lastHeader(HEADER);
        if (header == null || header.value() == null) {
            return 0;
        }
        try {
            return Integer.parseInt(new String(header.value(), StandardCharsets.US_ASCII));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Counts one more on headers that are about to be written. */
    public static void count(Headers headers) {
        int hops = of(headers) + 1;
        headers.remove(HEADER);
        headers.add(HEADER, Integer.toString(hops).getBytes(StandardCharsets.US_ASCII));
    }
}
