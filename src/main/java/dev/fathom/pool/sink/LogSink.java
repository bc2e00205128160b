package dev.fathom.pool.sink;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;
import org.jboss.logging.Logger.Level;

/** Writes one line a record into the service's log: for trying things out. */
final class LogSink implements Sink {

    /** A category of its own, so that it can be configured by itself. */
    private static final Logger LOG = Logger.getLogger("dev.fathom.records");

    private static final int LONGEST_TEXT = 1000;

    private final Level level;
    private final int sample;
    private final AtomicLong seen = new AtomicLong();

    LogSink(LogSpec spec) {
        this.level = Level.valueOf(spec.level().name());
        this.sample = spec.sample();
    }

    @Override
    public void deliver(Delivery delivery, Consumer<Verdict> done) {
        if (seen.getAndIncrement() % sample == 0) {
            ConsumerRecord<byte[], byte[]> record = delivery.record();
            LOG.logf(
                    level,
                    "consumer=%s topic=%s partition=%d offset=%d key=%s value=%s",
                    delivery.origin().consumer(),
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    text(record.key()),
                    text(record.value()));
        }
        done.accept(Verdict.TAKEN);
    }

    @Override
    public boolean keepsOrder() {
        return true;
    }

    /** In quotes and on one line, whatever the bytes are, so that no record can forge a log line. */
    private static String text(byte[] bytes) {
        if (bytes == null) {
            return "null";
        }
        String text = new String(bytes, 0, Math.min(bytes.length, LONGEST_TEXT), StandardCharsets.UTF_8);
        StringBuilder safe = new StringBuilder("\"");
        text.codePoints().forEach(point -> {
            boolean plain = Character.isLetterOrDigit(point) || (point >= 0x20 && point < 0x7F);
            if (point == '"' || point == '\\') {
                safe.append('\\').appendCodePoint(point);
            } else if (plain) {
                safe.appendCodePoint(point);
            } else {
                safe.append(String.format("\\u{%x}", point));
            }
        });
        return safe.append(bytes.length > LONGEST_TEXT ? "…\"" : "\"").toString();
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
