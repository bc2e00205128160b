package dev.fathom.http.auth;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
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
 * no thread of the server's waits for it. What is asked twice at once is checked once. Callers take turns: whoever has one
 * password checked waits for one check of each other caller, not for all that another sent before.
 */
final class Checks {

    private static final int MOST_WAITING = 32;

    private final ConcurrentMap<String, CompletableFuture<Boolean>> underWay = new ConcurrentHashMap<>();
    /** The checks of each caller, the callers in the order of their turns. Guarded by itself. */
    private final Map<Object, Queue<Runnable>> turns = new LinkedHashMap<>();

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

    /**
     * @param caller whose turn it takes
     * @throws RejectedExecutionException when too many wait
     */
    CompletableFuture<Boolean> begin(Object caller, String what, BooleanSupplier check) {
        CompletableFuture<Boolean> verdict = new CompletableFuture<>();
        underWay.put(what, verdict);
        Runnable task = () -> {
            try {
                verdict.complete(check.getAsBoolean());
            } catch (RuntimeException e) {
                verdict.completeExceptionally(e);
            } finally {
                underWay.remove(what, verdict);
            }
        };
        synchronized (turns) {
            try {
                thread.execute(() -> next().run());
            } catch (RejectedExecutionException e) {
                underWay.remove(what, verdict);
                throw e;
            }
            turns.computeIfAbsent(caller, any -> new ArrayDeque<>()).add(task);
        }
        return verdict;
    }

    /** One for each time the thread was told to run one. */
    private Runnable next() {
        synchronized (turns) {
            Map.Entry<Object, Queue<Runnable>> first =
                    turns.entrySet().iterator().next();
            Object caller = first.getKey();
            Queue<Runnable> its = first.getValue();
            Runnable task = its.remove();
            turns.remove(caller);
            if (!its.isEmpty()) {
                turns.put(caller, its);
            }
            return task;
        }
    }
}
