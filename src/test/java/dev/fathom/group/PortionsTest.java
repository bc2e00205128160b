package dev.fathom.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.GroupListing;
import dev.fathom.cluster.GroupState;
import dev.fathom.cluster.GroupType;
import dev.fathom.cluster.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Lists of very many groups, on a made-up clock. */
class PortionsTest {

    private static final Duration CALL = Duration.ofSeconds(5);

    private long now;
    private Portions portions = new Portions(() -> now);
    private final List<Integer> asked = new ArrayList<>();

    private static List<GroupListing> groups(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new GroupListing("g" + i, GroupType.CLASSIC, GroupState.EMPTY, "consumer", false))
                .toList();
    }

    /** Each group takes so long. */
    private Map<String, Outcome<String>> list(int count, Duration each) {
        long end = now + CALL.toNanos();
        return portions.ask("kind", groups(count), () -> Duration.ofNanos(Math.max(0, end - now)), some -> {
            asked.add(some.size());
            now += each.toNanos() * some.size();
            if (now > end) {
                throw new ClusterException(Reason.TIMED_OUT, "late");
            }
            Map<String, Outcome<String>> answers = new LinkedHashMap<>();
            some.forEach(group -> answers.put(group.id(), Outcome.known(group.id())));
            return answers;
        });
    }

    private static long known(Map<String, Outcome<String>> answers) {
        return answers.values().stream()
                .filter(outcome -> outcome.value().isPresent())
                .count();
    }

    @Property(tries = 200)
    void everyGroupHasItsAnswerOrItsProblem(
            @ForAll @IntRange(max = 5000) int count, @ForAll @IntRange(max = 30_000) int eachMicros) {
        Duration each = Duration.ofNanos(eachMicros * 1000L);
        long begun = now;
        portions = new Portions(() -> now);

        Map<String, Outcome<String>> answers = list(count, each);

        assertThat(answers.keySet())
                .containsExactlyElementsOf(
                        groups(count).stream().map(GroupListing::id).toList());
        long fitting = CALL.toNanos() / Math.max(1, each.toNanos());
        if (each.toNanos() * 250 < CALL.toNanos()) {
            assertThat(known(answers)).isGreaterThanOrEqualTo((long) (0.9 * Math.min(count, fitting)));
        }
        if (known(answers) > 0) {
            assertThat(now - begun).isLessThanOrEqualTo(CALL.toNanos());
        }
    }

    @Example
    void whatThereIsNoTimeForIsToldAsSuch() {
        Map<String, Outcome<String>> answers = list(2000, Duration.ofMillis(5));

        assertThat(known(answers)).isBetween(900L, 1000L);
        assertThat(answers.get("g1999").failed(Reason.TIMED_OUT)).isTrue();
    }

    @Example
    void onceItIsKnownWhatTheyTakeAllAreAskedForAtOnce() {
        list(1000, Duration.ofMillis(1));
        asked.clear();

        assertThat(known(list(1000, Duration.ofMillis(1)))).isEqualTo(1000);

        assertThat(asked).containsExactly(1000);
    }

    @Example
    void aQuestionAboutOneGroupSaysNothingOfMany() {
        list(1, Duration.ofMillis(100));
        asked.clear();

        list(1000, Duration.ofMillis(1));

        assertThat(asked.get(0)).isEqualTo(250);
    }

    @Example
    void aClusterThatDoesNotAnswerIsNoListOfProblems() {
        assertThatThrownBy(() -> portions.ask("kind", groups(3), () -> CALL, some -> {
                    throw new ClusterException(Reason.UNAVAILABLE, "down");
                }))
                .hasMessage("down");
    }
}
