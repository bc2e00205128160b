package dev.fathom.http.request;

import dev.fathom.config.FathomConfig;
import dev.fathom.config.FathomConfig.ClusterConfig;
import dev.fathom.http.problem.ProblemType;
import dev.fathom.http.problem.Refusals;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Context;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what works at once on each cluster, and on the service itself. What is beyond it waits its turn without holding a thread
 * or its body; what is beyond that is answered 429 at once, so that one slow cluster takes nobody else's threads.
 */
@ApplicationScoped
public class InFlight {

    private static final int AFTER_THE_GATE = 40;
    /** Longer than a call on a cluster may take. */
    private static final Duration LONGEST_DRAIN = Duration.ofSeconds(6);

    private static final String CLUSTERS = Links.BASE + "/clusters/";
    private static final int MOST_IN_FLIGHT = 64;
    private static final int MOST_QUEUED = 256;

    private final Refusals refusals;
    private final Map<String, Lane> lanes = new HashMap<>();
    private final Lane service = new Lane(MOST_IN_FLIGHT, MOST_QUEUED);
    private volatile boolean ending;

    InFlight(FathomConfig config, Refusals refusals) {
        this.refusals = refusals;
        config.clusters().forEach((name, cluster) -> lanes.put(name, lane(cluster)));
    }

    private static Lane lane(ClusterConfig cluster) {
        return new Lane(cluster.maxInFlight(), cluster.maxQueued());
    }

    /**
     * Lets what is in flight be answered before the server closes; nothing new is begun. Quarkus's own shutdown timeout always
     * takes its whole time: one of its listeners never says that it is done (3.30.6, JacksonRecorder).
     */
    void drain(@Observes ShutdownDelayInitiatedEvent event) throws InterruptedException {
        ending = true;
        long end = System.nanoTime() + LONGEST_DRAIN.toNanos();
        while (busy() && System.nanoTime() - end < 0) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private boolean busy() {
        return service.busy() || lanes.values().stream().anyMatch(Lane::busy);
    }

    void register(@Observes Filters filters) {
        filters.register(this::enter, AFTER_THE_GATE);
    }

    private void enter(RoutingContext request) {
        String path = request.normalizedPath();
        if (!path.startsWith(Links.BASE)) {
            request.next();
            return;
        }
        if (ending) {
            request.response().putHeader(HttpHeaders.CONNECTION, "close");
            refusals.refuse(request, ProblemType.CLUSTER_UNAVAILABLE, "The service is shutting down.");
            return;
        }
        Lane lane = lanes.getOrDefault(cluster(path), service);
        Turn turn = new Turn(lane, request);
        request.addEndHandler(any -> turn.end());
        switch (lane.enter(turn)) {
            case WORKS -> request.next();
            case WAITS -> request.request().pause();
            case REFUSED -> {
                request.response().putHeader("Retry-After", "1");
                refusals.refuse(request, ProblemType.OVERLOADED, ProblemType.OVERLOADED.description());
            }
        }
    }

    private static String cluster(String path) {
        if (!path.startsWith(CLUSTERS)) {
            return "";
        }
        int end = path.indexOf('/', CLUSTERS.length());
        return path.substring(CLUSTERS.length(), end < 0 ? path.length() : end);
    }

    private enum Place {
        WORKS,
        WAITS,
        REFUSED
    }

    /** One request's place in a lane. */
    private static final class Turn {
        private final Lane lane;
        private final RoutingContext request;
        private final Context context;
        private boolean working;

        private Turn(Lane lane, RoutingContext request) {
            this.lane = lane;
            this.request = request;
            this.context = request.vertx().getOrCreateContext();
        }

        /** Answered, or its caller has gone. */
        private void end() {
            Turn next = lane.leave(this);
            if (next != null) {
                next.begin();
            }
        }

        /** On the thread of its own connection, not of the one that has just ended. */
        private void begin() {
            context.runOnContext(any -> {
                request.request().resume();
                request.next();
            });
        }
    }

    private static final class Lane {
        private final int mostWorking;
        private final int mostWaiting;
        private final Deque<Turn> waiting = new ArrayDeque<>();
        private int working;

        private Lane(int mostWorking, int mostWaiting) {
            this.mostWorking = mostWorking;
            this.mostWaiting = mostWaiting;
        }

        private synchronized boolean busy() {
            return working > 0 || !waiting.isEmpty();
        }

        private synchronized Place enter(Turn turn) {
            if (working < mostWorking) {
                working++;
                turn.working = true;
                return Place.WORKS;
            }
            if (waiting.size() < mostWaiting) {
                waiting.add(turn);
                return Place.WAITS;
            }
            return Place.REFUSED;
        }

        /** @return who may begin in its place */
        private synchronized @Nullable Turn leave(Turn turn) {
            if (!turn.working) {
                waiting.remove(turn);
                return null;
            }
            turn.working = false;
            Turn next = waiting.poll();
            if (next == null) {
                working--;
            } else {
                next.working = true;
            }
            return next;
        }
    }
}
