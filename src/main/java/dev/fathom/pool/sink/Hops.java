package dev.fathom.pool.sink;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * How often managed consumers have forwarded a record, which stops unforeseen cycles. Whoever writes records can set it too, so
 * it may stop forwarding, but never dead-lettering.
 */
public final class Hops {

    static final String HEADER = "fathom.hops";

    /** A record that has come this far goes no further. */
    static final int MOST = 8;

    private static final List<Header> COUNTS =
            IntStream.rangeClosed(0, MOST).mapToObj(Hops::header).toList();

    private static final List<Header> FIRST = List.of(COUNTS.get(1));

    private Hops() {}

    static int of(Headers headers) {
        Header header = headers.lastHeader(HEADER);
        if (header == null || header.value() == null) {
            return 0;
        }
        try {
            return Math.max(0, Integer.parseInt(new String(header.value(), StandardCharsets.US_ASCII)));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** A record's headers with one more hop, to be copied by whoever writes them. */
    public static Iterable<Header> counted(Headers headers) {
        Iterator<Header> each = headers.iterator();
        if (!each.hasNext()) {
            return FIRST;
        }
        Header next = next(headers);
        List<Header> counted = new ArrayList<>();
        while (each.hasNext()) {
            Header header = each.next();
            if (!header.key().equals(HEADER)) {
                counted.add(header);
            }
        }
        counted.add(next);
        return counted;
    }

    /** Beyond the most nothing is counted: a forged number must not overflow. */
    private static Header next(Headers headers) {
        return COUNTS.get(Math.min(of(headers), MOST - 1) + 1);
    }

    private static Header header(int hops) {
        return new RecordHeader(HEADER, Integer.toString(hops).getBytes(StandardCharsets.US_ASCII));
    }
}
