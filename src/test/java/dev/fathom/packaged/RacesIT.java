package dev.fathom.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.testing.Api;
import dev.fathom.testing.Api.Answer;
import dev.fathom.testing.Brokers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Resets that race, on two replicas that are processes of their own; more of them by {@code -Draces=10000}. */
@Order(4)
@Execution(ExecutionMode.CONCURRENT)
class RacesIT extends GroupsToMove {

    private static final int RACES = Integer.getInteger("races", 600);
    private static final int GROUPS = 8;

    /**
     * Two callers plan the same group and apply at the same moment, on one replica or on two. At most one may win; whoever
     * loses is told so, and what is committed is what the winner was told.
     */
    @Test
    void racingResetsNeverLoseOneSilently() throws ExecutionException, InterruptedException {
        AtomicInteger races = new AtomicInteger();
        AtomicInteger won = new AtomicInteger();
        Map<Integer, Integer> statuses = new ConcurrentHashMap<>();
        ExecutorService callers = Executors.newFixedThreadPool(2 * GROUPS);
        try (PackagedService one = PackagedService.serving(Brokers.main().bootstrapServers());
                PackagedService other = PackagedService.serving(Brokers.main().bootstrapServers())) {
            List<Future<?>> groups = new ArrayList<>();
            ExecutorService referees = Executors.newFixedThreadPool(GROUPS);
            for (int i = 0; i < GROUPS; i++) {
                groups.add(referees.submit(() -> {
                    String group = group(100);
                    while (races.getAndIncrement() < RACES) {
                        Api second = races.get() % 2 == 0 ? one.api() : other.api();
                        won.addAndGet(race(callers, one.api(), second, group, races.get(), statuses));
                    }
                }));
            }
            for (Future<?> group : groups) {
                group.get();
            }
            referees.shutdown();
        } finally {
            callers.shutdownNow();
        }
        System.out.println("Races: " + RACES + ", won: " + won + ", answers by status: " + statuses);
        assertThat(won.get()).as("somebody wins as a rule").isGreaterThan(RACES * 9 / 10);
        assertThat(statuses.keySet()).isSubsetOf(200, 409, 412);
    }

    /** Both have seen their plan before either applies it, so only one of the two plans can still stand. */
    private int race(
            ExecutorService callers, Api first, Api second, String group, int race, Map<Integer, Integer> statuses) {
        long mine = 1 + race % 90;
        long theirs = 101 + race % 90;
        try {
            String tag = plan(first, group, mine);
            String otherTag = plan(second, group, theirs);
            Future<Answer> one = callers.submit(() -> apply(first, group, mine, tag));
            Future<Answer> other = callers.submit(() -> apply(second, group, theirs, otherTag));
            int a = one.get().status();
            int b = other.get().status();
            statuses.merge(a, 1, Integer::sum);
            statuses.merge(b, 1, Integer::sum);
            Map<TopicPartition, OffsetAndMetadata> now = committed(group);
            long at = now.get(new TopicPartition(topic, 0)).offset();
            assertThat(now.get(new TopicPartition(topic, 1)).offset()).isEqualTo(at);
            assertThat(a == 200 && b == 200)
                    .as("one of them overwrote the other")
                    .isFalse();
            if (a == 200 || b == 200) {
                assertThat(at).isEqualTo(a == 200 ? mine : theirs);
            }
            return a == 200 || b == 200 ? 1 : 0;
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String plan(Api api, String group, long to) {
        Answer plan = api.post(resets(group), body(true, to));
        plan.ok();
        return plan.header("ETag").orElseThrow();
    }

    private static Answer apply(Api api, String group, long to, String tag) {
        return api.post(resets(group), body(false, to), "If-Match", tag);
    }
}
