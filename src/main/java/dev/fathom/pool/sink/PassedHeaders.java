package dev.fathom.pool.sink;

import dev.fathom.pool.definition.HeaderRules;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** The headers of a record that its webhook gets along, as the definition asks for them. */
final class PassedHeaders {

    /** Of names and values: what servers take in all is 8 KiB with many, and ours want some of it. */
    private static final int MOST_BYTES = 6 << 10;

    private PassedHeaders() {}

    /**
     * Adds those that are asked for and may be sent; of several with a name the last, as everywhere with Kafka.
     *
     * @return how many were asked for and cannot be: because of their names or values, or because they are too much
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
