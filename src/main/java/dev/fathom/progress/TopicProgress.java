package dev.fathom.progress;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is known of one topic over time. */
public final class TopicProgress {

    private static final long KEEPS_REMEMBERED = Duration.ofMinutes(10).toMillis();

    private volatile LogProgress[] logs = {};
    private String topicId = "";
    private volatile Loss.@Nullable Keeps keeps;
    private volatile long keepsAskedAt;
    private volatile Layout layout = Layout.UNKNOWN;

    /** Takes a look into account. */
    void saw(Look.OfTopic look, int runs) {
        if (!look.topicId().equals(topicId)) {
            if (!topicId.isEmpty()) {
                Arrays.stream(logs).forEach(LogProgress::begin);
                keeps = null;
            }
            topicId = look.topicId();
        }
        layout = look.layout();
        if (look.end().length > logs.length) {
            LogProgress[] more = Arrays.copyOf(logs, look.end().length);
            for (int partition = logs.length; partition < more.length; partition++) {
                more[partition] = new LogProgress();
            }
            logs = more;
        }
        for (int partition = 0; partition < look.end().length; partition++) {
            logs[partition].saw(
                    look.first()[partition],
                    look.end()[partition],
                    look.stable()[partition],
                    look.asked(),
                    look.answered(),
                    runs);
        }
        for (int partition = look.end().length; partition < logs.length; partition++) {
            logs[partition].saw(Look.UNKNOWN, Look.UNKNOWN, Look.UNKNOWN, look.asked(), look.answered(), runs);
        }
    }

    /** The log of a partition; null when none was seen. */
    public @Nullable LogProgress log(int partition) {
        LogProgress[] known = logs;
        return partition >= 0 && partition < known.length ? known[partition] : null;
    }

    /** Where a partition lives; empty where that was not seen. */
    public Optional<PartitionPlace> place(int partition) {
        Layout known = layout;
        return known.has(partition) ? Optional.of(known.of(partition)) : Optional.empty();
    }

    public int partitions() {
        return logs.length;
    }

    /** Keeps no more than so many runs of each log. */
    void trim(int runs, long now) {
        for (LogProgress log : logs) {
            log.trim(runs, now);
        }
    }

    /** How long it keeps records; null while nobody asked. */
    public Loss.@Nullable Keeps keeps() {
        return keeps;
    }

    /** @param at when it was asked, in ms */
    public void keep(Loss.Keeps known, long at) {
        keeps = known;
        keepsAskedAt = at;
    }

    boolean needsKeeps(long now) {
        return keeps == null || now - keepsAskedAt > KEEPS_REMEMBERED;
    }

    long bytes() {
        long bytes = 128 + layout.bytes();
        for (LogProgress log : logs) {
            bytes += 4 + log.bytes();
        }
        return bytes;
    }
}
