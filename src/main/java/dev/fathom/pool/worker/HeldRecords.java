package dev.fathom.pool.worker;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** How much a member holds, over all its partitions. */
final class HeldRecords {

    private final AtomicInteger records = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    void add(int count, long size) {
        records.addAndGet(count);
        bytes.addAndGet(size);
    }

    void release(int count, long size) {
        records.addAndGet(-count);
        bytes.addAndGet(-size);
    }

    int records() {
        return records.get();
    }

    long bytes() {
        return bytes.get();
    }
}
