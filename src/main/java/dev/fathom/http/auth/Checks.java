package dev.fathom.http.auth;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where passwords are checked: on one thread, of which guessing can take no more than a core, and with a short queue, so that
 * no thread of the server's waits for it. What is asked twice at once is checked once.
 */
final class Checks {

    private static final int MOST_WAITING = 32;

    private final ConcurrentMap<String, CompletableFuture<Boolean>> underWay = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor thread;

    Checks(String name) {
        this.thread =
                new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), task -> {
                    Thread made = new Thread(task, name);
                    made.setDaemon(true);
                    return made;
                });
        thread.allowCoreThreadTimeOut(true);
    }

    /** A check of the same that is under way; null where there is none. */
    @Nullable
    CompletableFuture<Boolean> underWay(String what) {
        return underWay.get(what);
    }

    /** @throws RejectedExecutionException when too many wait */
    CompletableFuture<Boolean> begin(String what, BooleanSupplier check) {
        CompletableFuture<Boolean> verdict = new CompletableFuture<>();
        underWay.put(what, verdict);
        try {
            thread.execute(() -> {
                try {
                    verdict.complete(check.getAsBoolean());
                } catch (RuntimeException e) {
                    verdict.completeExceptionally(e);
                } finally {
                    underWay.remove(what, verdict);
                }
            });
        } catch (RejectedExecutionException e) {
            underWay.remove(what, verdict);
            throw e;
        }
        return verdict;
    }
}
