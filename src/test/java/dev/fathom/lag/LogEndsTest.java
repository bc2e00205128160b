package dev.fathom.lag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.LogOffset;
import dev.fathom.cluster.LogPoint;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Pending;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.testing.FaultyCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterTry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is remembered of log ends, and what readings callers share. */
class LogEndsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final LogEnds ends = new LogEnds(Duration.ofMinutes(1));
    private final AtomicLong end = new AtomicLong(10);
    private final List<Collection<TopicPartition>> readings = Collections.synchronizedList(new ArrayList<>());
    private volatile CountDownLatch answered = new CountDownLatch(0);
    private volatile boolean down;

    @AfterEach
    @AfterTry
    void close() {
        answered.countDown();
        callers.shutdownNow();
    }

    /** Logs that begin at 0, end where the test says, and have their last stable offset one before. */
    private Cluster cluster(boolean fresh, Object view) {
        return FaultyCluster.of(null, (none, method, arguments) -> switch (method.getName()) {
            case "fresh" -> fresh;
            case "name" -> "here";
            case "view" -> view;
            case "left" -> SECOND.multipliedBy(5);
            case "offsets" -> offsets((LogPoint) arguments[0], partitions(arguments[1]));
            default -> throw new IllegalStateException(method.getName());
        });
    }

    @SuppressWarnings("unchecked")
    private static Collection<TopicPartition> partitions(Object argument) {
        return List.copyOf((Collection<TopicPartition>) argument);
    }

    private Pending<Map<TopicPartition, Outcome<Optional<LogOffset>>>> offsets(
            LogPoint point, Collection<TopicPartition> partitions) {
        if (point == LogPoint.Named.LAST) {
            readings.add(partitions);
        }
        long at = point == LogPoint.Named.FIRST ? 0 : point == LogPoint.Named.LAST ? end.get() : end.get() - 1;
        return () -> {
            try {
                answered.await();
            } catch (InterruptedException e) {
                throw ClusterException.interrupted(e);
            }
            if (down) {
                throw new ClusterException(Reason.UNAVAILABLE, "down");
            }
            Map<TopicPartition, Outcome<Optional<LogOffset>>> offsets = new HashMap<>();
            partitions.forEach(partition -> offsets.put(partition, Outcome.known(Optional.of(LogOffset.at(at)))));
            return offsets;
        };
    }

    private static List<TopicPartition> logs(String topic, int... numbers) {
        return IntStream.of(numbers)
                .mapToObj(number -> new TopicPartition(topic, number))
                .toList();
    }

    private KnownEnds read(Cluster cluster, List<TopicPartition> logs, boolean stable, long commit) {
        WantedEnds wanted = new WantedEnds(stable, false);
        wanted.add(logs, log -> commit);
        return ends.of(cluster, wanted);
    }

    @Test
    void isRememberedForWhoeverSeesTheTopic() {
        read(cluster(false, "whole"), logs("orders", 0, 1), false, -1);
        end.set(20);
        KnownEnds known = read(cluster(false, "part"), logs("orders", 1, 2), false, -1);

        assertThat(readings).containsExactly(logs("orders", 0, 1), logs("orders", 2));
        assertThat(known.on("orders").last(1)).isEqualTo(10);
        assertThat(known.on("orders").last(2)).isEqualTo(20);
        assertThat(known.on("orders").has(0)).isFalse();
    }

    @Property(tries = 100)
    void noEndIsOlderThanTheCommitItIsComparedWith(
            @ForAll @Size(min = 1, max = 20) List<@LongRange(min = 0, max = 50) Long> growth) {
        long written = 10;
        for (long more : growth) {
            written += more;
            end.set(written);
            KnownEnds known = read(cluster(false, "whole"), logs("orders", 0), false, written);

            assertThat(known.on("orders").last(0)).isGreaterThanOrEqualTo(written);
        }
    }

    @Test
    void aFreshLookIsReadAnewAndRememberedForTheOthers() {
        read(cluster(false, "whole"), logs("orders", 0), false, -1);
        end.set(20);
        assertThat(read(cluster(true, "whole"), logs("orders", 0), false, -1)
                        .on("orders")
                        .last(0))
                .isEqualTo(20);
        end.set(30);
        assertThat(read(cluster(false, "whole"), logs("orders", 0), false, -1)
                        .on("orders")
                        .last(0))
                .isEqualTo(20);
    }

    @Test
    void aStableEndIsOnlyRememberedWithTheEndReadBesideIt() {
        read(cluster(false, "whole"), logs("orders", 0), true, -1);
        end.set(1000);
        // Reads again, for a commit beyond the end that is remembered.
        read(cluster(false, "whole"), logs("orders", 0), false, 1000);

        KnownEnds.OfTopic known =
                read(cluster(false, "whole"), logs("orders", 0), true, -1).on("orders");

        assertThat(known.last(0) - known.stable(0)).isEqualTo(1);
    }

    @Test
    void whoComesWhileLogsAreReadWaitsForThatReading() throws ExecutionException, InterruptedException {
        answered = new CountDownLatch(1);
        List<Future<KnownEnds>> asked = new ArrayList<>();
        asked.add(callers.submit(() -> read(cluster(false, "whole"), logs("orders", 0, 1), false, -1)));
        await().until(() -> readings.size() == 1);
        for (int i = 0; i < 20; i++) {
            asked.add(callers.submit(() -> read(cluster(false, "whole"), logs("orders", 0, 1), false, 5)));
        }
        answered.countDown();

        for (Future<KnownEnds> answer : asked) {
            assertThat(answer.get().on("orders").last(1)).isEqualTo(10);
        }
        assertThat(readings).hasSize(1);
    }

    @Test
    void freshLooksOfOneViewTravelTogether() throws ExecutionException, InterruptedException {
        answered = new CountDownLatch(1);
        List<Future<KnownEnds>> asked = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int number = i;
            asked.add(callers.submit(() -> read(cluster(true, "whole"), logs("orders", number), false, -1)));
        }
        await().until(() -> readings.stream().mapToInt(Collection::size).sum() == 100);
        answered.countDown();

        for (int i = 0; i < 100; i++) {
            assertThat(asked.get(i).get().on("orders").last(i)).isEqualTo(10);
        }
        assertThat(readings.size()).isLessThan(50);
    }

    @Test
    void whatFailsIsToldToAllWhoWaitForItAndReadAnewByTheNext() throws InterruptedException {
        answered = new CountDownLatch(1);
        down = true;
        List<Future<KnownEnds>> asked = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            asked.add(callers.submit(() -> read(cluster(true, "whole"), logs("orders", 0), false, -1)));
        }
        await().until(() -> readings.size() >= 2);
        answered.countDown();

        asked.forEach(answer -> assertThatThrownBy(answer::get).rootCause().hasMessage("down"));
        down = false;
        assertThat(read(cluster(true, "whole"), logs("orders", 0), false, -1)
                        .on("orders")
                        .has(0))
                .isTrue();
    }
}
