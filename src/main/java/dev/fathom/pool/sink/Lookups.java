package dev.fathom.pool.sink;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Resolves host names, each once at a time: a look-up that hangs holds one thread, and nobody who asks for another name.
 */
final class Lookups {

    private final Resolver resolver;
    private final Executor threads;
    private final Map<String, CompletableFuture<List<InetAddress>>> underWay = new ConcurrentHashMap<>();

    /** Turns a name into addresses; may block. */
    interface Resolver {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    /** @param threads unbounded */
    Lookups(Resolver resolver, Executor threads) {
        this.resolver = resolver;
        this.threads = threads;
    }

    CompletableFuture<List<InetAddress>> addressesOf(String host) {
        CompletableFuture<List<InetAddress>> mine = new CompletableFuture<>();
        CompletableFuture<List<InetAddress>> others = underWay.putIfAbsent(host, mine);
        if (others != null) {
            return others;
        }
        try {
            threads.execute(() -> look(host, mine));
        } catch (RejectedExecutionException e) {
            underWay.remove(host);
            mine.completeExceptionally(e);
        }
        return mine;
    }

    private void look(String host, CompletableFuture<List<InetAddress>> asked) {
        List<InetAddress> found;
        try {
            found = List.of(resolver.resolve(host));
        } catch (UnknownHostException | RuntimeException e) {
            underWay.remove(host);
            asked.completeExceptionally(e);
            return;
        }
        underWay.remove(host);
        asked.complete(found);
    }
}
