package dev.fathom.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fathom.cluster.Arrival;
import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Clusters;
import dev.fathom.cluster.GroupListings;
import dev.fathom.cluster.Reachability;
import dev.fathom.progress.ClusterProgress;
import dev.fathom.progress.Rules;
import dev.fathom.testing.FaultyCluster;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rounds that go on whatever happens, one at a time, until they are told to end. */
class SamplerTest {

    private static final Duration INTERVAL = Duration.ofMillis(20);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private volatile Reachability.Status status = Reachability.Status.UP;
    private volatile Optional<RuntimeException> failure = Optional.empty();
    private volatile Duration slowness = Duration.ZERO;
    private final Sampler sampler = new Sampler(
            new OneCluster(),
            "one",
            new ClusterProgress(
                    Rules.of(INTERVAL, Duration.ofSeconds(1), Duration.ofSeconds(1)),
                    Duration.ofMinutes(1),
                    1 << 20,
                    System.currentTimeMillis()),
            INTERVAL,
            Clock.systemUTC(),
            threads);

    /** Without groups, so that listing them and the brokers is all there is to ask. */
    private final class OneCluster implements Clusters {

        @Override
        public SortedSet<String> names() {
            return new TreeSet<>(List.of("one"));
        }

        @Override
        public Cluster named(String name, boolean fresh, Arrival arrival) {
            throw new AssertionError("the sampler has handles of its own");
        }

        @Override
        public Cluster beside(String name, Arrival arrival) {
            return FaultyCluster.of(null, (real, method, arguments) -> {
                if (method.getName().equals("describe")) {
                    throw new ClusterException(ClusterException.Reason.TIMED_OUT, "the brokers are not told");
                }
                assertThat(method.getName()).isEqualTo("listGroups");
                return list();
            });
        }

        @Override
        public Map<String, Object> clientProperties(String name) {
            return Map.of();
        }

        @Override
        public void probe(String name) {
            throw new AssertionError("the sampler probes nothing");
        }

        @Override
        public Reachability reachability(String name) {
            return new Reachability(status, Instant.EPOCH, Optional.empty());
        }
    }

    private GroupListings list() {
        asked.incrementAndGet();
        mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
        try {
            LockSupport.parkNanos(slowness.toNanos());
            failure.ifPresent(e -> {
                throw e;
            });
            return GroupListings.of(List.of(), List.of(), Instant.now());
        } finally {
            atOnce.decrementAndGet();
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        sampler.stop();
        threads.shutdown();
        assertThat(threads.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void goesOnAfterABrokerWasDownAndAfterADefect() {
        failure = Optional.of(new ClusterException(ClusterException.Reason.TIMED_OUT, "nobody answers"));
        sampler.start();
        await().until(() -> sampler.failures() >= 2);
        failure = Optional.of(new IllegalStateException("a defect"));
        long failures = sampler.failures();
        await().until(() -> sampler.failures() >= failures + 2);
        assertThat(sampler.rounds()).isZero();
        failure = Optional.empty();
        await().until(() -> sampler.rounds() >= 2);
    }

    @Test
    void aSlowRoundIsNotOvertaken() {
        slowness = INTERVAL.multipliedBy(5);
        sampler.start();
        await().until(() -> sampler.rounds() >= 3);
        assertThat(mostAtOnce.get()).isEqualTo(1);
    }

    @Test
    void aClusterThatIsDownIsNotAsked() {
        status = Reachability.Status.DOWN;
        sampler.start();
        await().pollDelay(INTERVAL.multipliedBy(10)).until(() -> true);
        assertThat(asked.get()).isZero();
        status = Reachability.Status.UP;
        await().until(() -> sampler.rounds() >= 1);
    }

    @Test
    void nothingIsAskedOnceItIsToldToEnd() {
        sampler.start();
        await().until(() -> sampler.rounds() >= 1);
        sampler.stop();
        await().pollDelay(INTERVAL.multipliedBy(5)).until(() -> atOnce.get() == 0);
        int before = asked.get();
        await().pollDelay(INTERVAL.multipliedBy(10)).until(() -> true);
        assertThat(asked.get()).isEqualTo(before);
    }
}
