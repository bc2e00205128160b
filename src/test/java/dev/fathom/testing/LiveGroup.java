package dev.fathom.testing;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/** A member of a group that polls on a thread of its own until it is closed. */
public final class LiveGroup implements AutoCloseable {

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final CountDownLatch assigned = new CountDownLatch(1);
    private final CountDownLatch held = new CountDownLatch(1);
    private final Thread thread;
    private volatile boolean closing;
    private volatile boolean holding;

    LiveGroup(KafkaConsumer<byte[], byte[]> consumer, Collection<String> topics) {
        this.consumer = consumer;
        this.thread = new Thread(() -> poll(topics), "live-group");
        thread.setDaemon(true);
        thread.start();
    }

    private void poll(Collection<String> topics) {
        try (consumer) {
            consumer.subscribe(topics);
            while (!closing) {
                if (holding) {
                    held.countDown();
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
                    continue;
                }
                consumer.poll(Duration.ofMillis(100));
                if (!consumer.assignment().isEmpty()) {
                    assigned.countDown();
                }
            }
        }
    }

    /** Waits until the member owns something. */
    public LiveGroup awaitAssigned() {
        await(assigned, "nothing was assigned");
        return this;
    }

    /** Stops polling; heartbeats go on, so the member stays and keeps what it owns. */
    public LiveGroup hold() {
        holding = true;
        await(held, "the member went on polling");
        return this;
    }

    private static void await(CountDownLatch latch, String otherwise) {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException(otherwise + " for 30 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        closing = true;
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
