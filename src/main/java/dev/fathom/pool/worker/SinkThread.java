package dev.fathom.pool.worker;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The one thread of a member that may wait for its sink. It works when it is woken, and runs short tasks in between. Exceptions
 * do not end it. It exists only while there is work, so that idle members cost no thread.
 */
final class SinkThread {

    private static final long IDLE_SECONDS = 5;
    private static final long LONGEST_NAP_MILLIS = TimeUnit.MINUTES.toMillis(1);

    private final ExecutorService thread;
    private final ScheduledExecutorService timers;
    private final Runnable work;
    private final Consumer<Throwable> broken;
    /** How often it was woken since it last looked; above zero while it looks. */
    private final AtomicInteger woken = new AtomicInteger();

    /**
     * @param work looks for what there is to do
     * @param broken told what was thrown
     */
    SinkThread(String name, ScheduledExecutorService timers, Runnable work, Consumer<Throwable> broken) {
        this.timers = timers;
        this.work = work;
        this.broken = broken;
        ThreadPoolExecutor one =
                new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread made = new Thread(task, name);
                    made.setDaemon(true);
                    return made;
                });
        one.allowCoreThreadTimeOut(true);
        this.thread = one;
    }

    void wake() {
        if (woken.getAndIncrement() == 0) {
            submit(this::look);
        }
    }

    void wakeIn(Duration delay) {
        in(Math.min(LONGEST_NAP_MILLIS, delay.toMillis()), this::wake);
    }

    /** @return false when the service is shutting down */
    boolean submitIn(Duration delay, Runnable task) {
        return in(delay.toMillis(), () -> submit(task));
    }

    private boolean in(long millis, Runnable task) {
        try {
            var unused = timers.schedule(task, millis + 1, TimeUnit.MILLISECONDS);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    void submit(Runnable task) {
        try {
            thread.execute(() -> guarded(task));
        } catch (RejectedExecutionException e) {
            // Closed: records that are not done are not committed, and come again.
        }
    }

    private void look() {
        int seen = woken.get();
        do {
            guarded(work);
            seen = woken.addAndGet(-seen);
        } while (seen > 0);
    }

    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            broken.accept(e);
        }
    }

    void shutdown() {
        thread.shutdown();
    }
}
