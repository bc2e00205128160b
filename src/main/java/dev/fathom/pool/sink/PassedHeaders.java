package dev.fathom.pool.sink;

import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** The record headers that are passed to the webhook, as the definition asks. */
final class PassedHeaders {

    /** Of names and values: many servers take 8 KiB in all, and our own headers need some of it. */
    private static final int MOST_BYTES = 6 << 10;

    private PassedHeaders() {}

    /**
     * Adds those that are asked for and allowed; of several with a name the last, as usual with Kafka.
     *
     * @return how many were asked for and left out: for their names or values, or for their size
     */
    static int pass(Headers from, List<String> patterns, MultiMap to) {
        if (patterns.isEmpty()) {
            return 0;
        }
        int leftOut = 0;
        int left = MOST_BYTES;
        for (Header header : from) {
            String name = header.key();
            if (patterns.stream().noneMatch(pattern -> HeaderRules.matches(pattern, name))) {
                continue;
            }
            String value = header.value() == null ? "" : new String(header.value(), StandardCharsets.ISO_8859_1);
            int size = name.length() + value.length();
            if (HeaderRules.mayPass(name) && HeaderRules.isValue(value) && size <= left) {
                to.set(name, value);
                left -= size;
            } else {
                leftOut++;
            }
        }
        return leftOut;
    }
}
