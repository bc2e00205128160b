package dev.fathom.http.request;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.fathom.cluster.Arrival;
import dev.fathom.cluster.Clusters;
import dev.fathom.cluster.Reachability;
import dev.fathom.config.FathomConfig;
import dev.fathom.config.FathomConfig.ClusterConfig;
import dev.fathom.http.problem.ProblemType;
import dev.fathom.http.problem.Refusals;
import dev.fathom.http.request.Lane.End;
import dev.fathom.http.request.Lane.Turns;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what works at once on each cluster, on several at once, and on the service itself. What is beyond it waits its turn
 * without holding a thread or its body; what is beyond that, or could not be answered in time, is answered 429 at once. So one
 * slow cluster takes nobody else's threads, and nothing is begun that would end too late.
 *
 * <p>Two kinds wait for nobody, since they cost nothing: a read that was answered within the life of a snapshot, word for
 * word the same, and whatever is asked of a cluster that is known not to answer.
 */
@ApplicationScoped
public class InFlight {

    private static final int AFTER_THE_GATE = 40;
    /** After the request has its id, and before anything else is done for it. */
    private static final int FIRST = 9_900;
    /** Longer than a call on a cluster may take. */
    private static final Duration LONGEST_DRAIN = Duration.ofSeconds(6);

    private static final String CLUSTERS = Links.BASE + "/clusters";
    private static final String OPERATIONS = Links.BASE + "/operations";
    private static final String ARRIVAL = "arrival";
    private static final int ERRORS = 400;
    private static final int SERVER_ERRORS = 500;
    private static final int MOST_IN_FLIGHT = 64;
    private static final int MOST_QUEUED = 256;
    private static final int MOST_REMEMBERED = 10_000;
    private static final Duration SERVICE_BUDGET = Duration.ofSeconds(5);
    /** What takes longer was made anew, whatever was thought of it. */
    private static final Duration MOST_IF_SHARED = Duration.ofMillis(50);

    private static final long LOOK_AGAIN_MILLIS = 100;

    private final Refusals refusals;
    private final Clusters clusters;
    private final Map<String, Queue> queues = new HashMap<>();
    /** For what asks every cluster. */
    private final Queue several;
    /** For what asks none. */
    private final Queue service = new Queue("", MOST_IN_FLIGHT, MOST_QUEUED, SERVICE_BUDGET);

    /** Questions, by their hashes, whose answers may be shared now. */
    private final Cache<Integer, Boolean> answeredLately;
    /** Those that were found to cost their time whenever they are asked. */
    private final Cache<Integer, Boolean> neverShared = Caffeine.newBuilder()
            .expireAfterWrite(Duration.ofMinutes(1))
            .maximumSize(MOST_REMEMBERED)
            .build();

    private volatile boolean ending;

    InFlight(FathomConfig config, Clusters clusters, Refusals refusals, MeterRegistry meters) {
        this.refusals = refusals;
        this.clusters = clusters;
        this.answeredLately = Caffeine.newBuilder()
                .expireAfterWrite(config.lag().snapshotTtl())
                .maximumSize(MOST_REMEMBERED)
                .build();
        Duration longest = SERVICE_BUDGET;
        for (Map.Entry<String, ClusterConfig> each : config.clusters().entrySet()) {
            ClusterConfig cluster = each.getValue();
            Duration budget = cluster.callTimeout();
            queues.put(each.getKey(), new Queue(each.getKey(), cluster.maxInFlight(), cluster.maxQueued(), budget));
            longest = budget.compareTo(longest) > 0 ? budget : longest;
        }
        queues.values().forEach(queue -> queue.measure(meters));
        this.several = new Queue("", MOST_IN_FLIGHT, MOST_QUEUED, longest);
    }

    /** When a request came; now, for one that was not seen coming. */
    public static Arrival arrival(RoutingContext request) {
        Arrival arrival = request.get(ARRIVAL);
        return arrival == null ? Arrival.now() : arrival;
    }

    /**
     * Lets what is in flight be answered before the server closes; nothing new is begun. Quarkus's own shutdown timeout always
     * takes its whole time: one of its listeners never says that it is done (3.30.6, JacksonRecorder).
     */
    void drain(@Observes ShutdownDelayInitiatedEvent event) throws InterruptedException {
        ending = true;
        long end = System.nanoTime() + LONGEST_DRAIN.toNanos();
        while (isBusy() && System.nanoTime() - end < 0) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private boolean isBusy() {
        return service.lane.isBusy()
                || several.lane.isBusy()
                || queues.values().stream().anyMatch(queue -> queue.lane.isBusy());
    }

    void register(@Observes Filters filters) {
        filters.register(InFlight::came, FIRST);
        filters.register(this::enter, AFTER_THE_GATE);
    }

    private static void came(RoutingContext request) {
        request.put(ARRIVAL, Arrival.now());
        request.next();
    }

    private void enter(RoutingContext request) {
        Optional<AskedFor> asked = AskedFor.by(request);
        String path = asked.map(AskedFor::path).orElseGet(request::normalizedPath);
        if (asked.isEmpty() && !path.startsWith(Links.BASE)) {
            request.next();
            return;
        }
        if (ending) {
            request.response().putHeader(HttpHeaders.CONNECTION, "close");
            refusals.refuse(request, ProblemType.CLUSTER_UNAVAILABLE, "The service is shutting down.");
            return;
        }
        queue(path).enter(request);
    }

    private Queue queue(String path) {
        if (path.startsWith(CLUSTERS + "/")) {
            int from = CLUSTERS.length() + 1;
            int end = path.indexOf('/', from);
            return queues.getOrDefault(path.substring(from, end < 0 ? path.length() : end), service);
        }
        return path.equals(CLUSTERS) || path.startsWith(OPERATIONS) ? several : service;
    }

    /** One request's place in a queue. */
    private final class Turn {
        private final Queue queue;
        private final RoutingContext request;
        private final Context context;
        /** Of a read that may be answered again from what is shared; null for others. */
        private final @Nullable Integer question;

        private Turn(Queue queue, RoutingContext request) {
            this.queue = queue;
            this.request = request;
            this.context = request.vertx().getOrCreateContext();
            boolean shared = HttpMethod.GET.equals(request.request().method())
                    && !queue.cluster.isEmpty()
                    && !"true".equals(request.request().getParam(KnownParameters.FRESH));
            this.question = shared
                    ? Integer.valueOf(Objects.hash(
                            request.request().uri(),
                            request.request().getHeader(HttpHeaders.AUTHORIZATION),
                            request.request().getHeader(HttpHeaders.ACCEPT)))
                    : null;
        }

        private boolean isShared() {
            return question != null
                    && answeredLately.getIfPresent(question) != null
                    && neverShared.getIfPresent(question) == null;
        }

        /** On the thread of its own connection, not of the one that has just ended. */
        private void begin() {
            context.runOnContext(any -> {
                request.request().resume();
                request.next();
            });
        }

        private void refuse() {
            context.runOnContext(any -> {
                request.request().resume();
                refuseNow();
            });
        }

        private void refuseNow() {
            long seconds = queue.lane.worked().plusMillis(999).toSeconds();
            request.response().putHeader("Retry-After", Long.toString(Math.max(1, seconds)));
            refusals.refuse(request, ProblemType.OVERLOADED, ProblemType.OVERLOADED.description());
        }
    }

    private final class Queue {
        /** Empty where it is not of one cluster. */
        private final String cluster;

        private final Lane<Turn> lane;
        private final AtomicBoolean looking = new AtomicBoolean();

        private Queue(String cluster, int mostWorking, int mostWaiting, Duration budget) {
            this.cluster = cluster;
            this.lane = new Lane<>(mostWorking, mostWaiting, budget);
        }

        private void measure(MeterRegistry meters) {
            Gauge.builder("fathom.requests.limit", lane, Lane::limit)
                    .description("How many requests may work on the cluster at once now.")
                    .tag("cluster", cluster)
                    .register(meters);
            Gauge.builder("fathom.requests.waiting", lane, Lane::waiting)
                    .description("How many requests to the cluster wait for their turn.")
                    .tag("cluster", cluster)
                    .register(meters);
        }

        private void enter(RoutingContext request) {
            Turn turn = new Turn(this, request);
            boolean down = isDown();
            if ((down || turn.isShared()) && lane.enterBeside(turn)) {
                long begun = System.nanoTime();
                request.addEndHandler(any -> endBeside(turn, down ? 0 : System.nanoTime() - begun));
                request.next();
                return;
            }
            request.addEndHandler(any -> end(turn));
            switch (lane.enter(turn, arrival(request).nanos(), System.nanoTime())) {
                case WORKS -> request.next();
                case WAITS -> {
                    request.request().pause();
                    lookAgain(request.vertx());
                }
                case REFUSED -> turn.refuseNow();
            }
        }

        /** Answered, or its caller has gone. */
        private void end(Turn turn) {
            int status = turn.request.response().getStatusCode();
            End end = status < SERVER_ERRORS ? End.ANSWERED : End.FAILED;
            if (!turn.request.response().ended()) {
                end = End.GONE;
            } else if (turn.question != null && status < ERRORS) {
                answeredLately.put(turn.question, true);
            }
            pass(lane.leave(turn, System.nanoTime(), end));
        }

        /** @param took how long an answer that was thought to be shared took */
        private void endBeside(Turn turn, long took) {
            if (turn.question != null && took > MOST_IF_SHARED.toNanos()) {
                neverShared.put(turn.question, true);
            }
            pass(lane.leave(turn, System.nanoTime(), End.ANSWERED));
        }

        private void pass(Turns<Turn> turns) {
            turns.begin().forEach(Turn::begin);
            turns.refuse().forEach(Turn::refuse);
        }

        /** As long as somebody waits: for whom it becomes too late, and whether there is anything to wait for. */
        private void lookAgain(Vertx vertx) {
            if (looking.compareAndSet(false, true)) {
                vertx.setTimer(LOOK_AGAIN_MILLIS, any -> {
                    looking.set(false);
                    if (isDown()) {
                        lane.open().forEach(Turn::begin);
                    }
                    pass(lane.look(System.nanoTime()));
                    if (lane.hasWaiting()) {
                        lookAgain(vertx);
                    }
                });
            }
        }

        private boolean isDown() {
            return !cluster.isEmpty() && clusters.reachability(cluster).status() == Reachability.Status.DOWN;
        }
    }
}
