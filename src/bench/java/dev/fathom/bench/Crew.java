package dev.fathom.bench;

import java.util.Collection;
import java.util.concurrent.atomic.AtomicReference;

/** Threads that work beside each other. */
final class Crew {

    private Crew() {}

    /** Returns once all are done; where one failed, so does this: a load that lacks a caller is another load. */
    static void work(Collection<? extends Runnable> all) {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Collection<Thread> threads = all.stream()
                .map(one -> new Thread(one, "crew"))
                .peek(thread ->
                        thread.setUncaughtExceptionHandler((failed, thrown) -> failure.compareAndSet(null, thrown)))
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
        if (failure.get() != null) {
            throw new IllegalStateException(failure.get());
        }
    }
}
