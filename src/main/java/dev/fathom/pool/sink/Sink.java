package dev.fathom.pool.sink;

import java.util.function.Consumer;

/** Takes records. Safe for many threads. */
public interface Sink extends AutoCloseable {

    /**
     * Offers a record.
     *
     * @param done told exactly once what became of it, on any thread, also before this returns
     */
    void deliver(Delivery delivery, Consumer<Verdict> done);

    /**
     * Whether records offered one after the other arrive in that order although nobody waits for one before offering the
     * next.
     */
    default boolean keepsOrder() {
        return false;
    }

    /** Gives up what it has in hand. */
    @Override
    void close();
}
