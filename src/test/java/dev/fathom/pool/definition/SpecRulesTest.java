package dev.fathom.pool.definition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.pool.definition.Spec.Faults;
import dev.fathom.pool.definition.Spec.Handling;
import dev.fathom.pool.definition.Spec.Limits;
import dev.fathom.pool.definition.Spec.Membership;
import dev.fathom.pool.definition.Spec.OnExhausted;
import dev.fathom.pool.definition.Spec.Retry;
import dev.fathom.pool.definition.Spec.Source;
import dev.fathom.pool.definition.Spec.Start;
import dev.fathom.pool.definition.SpecErrors.SpecError;
import dev.fathom.position.Position;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpecRulesTest {

    /** One without rules. */
    private static final SinkSpec SINK = errors -> {};

    private static final Spec USUAL = Spec.of(List.of("orders"), "billing", SINK);

    private static List<String> pointers(Spec spec) {
        return SpecRules.errors(spec, SpecRules.MOST_MEMBERS).stream()
                .map(SpecError::pointer)
                .toList();
    }

    private static Spec reading(List<String> topics) {
        return new Spec(
                Source.of(topics), USUAL.membership(), USUAL.start(), USUAL.limits(), USUAL.handling(), USUAL.faults());
    }

    private static Spec retrying(int attempts, Duration initial, double multiplier, Duration max) {
        Retry retry = new Retry(attempts, initial, multiplier, max, Spec.Jitter.FULL, Duration.ZERO);
        return USUAL.with(new Faults(retry, OnExhausted.STOP, false, Optional.empty()));
    }

    @Test
    void everyDefaultIsAllowed() {
        assertThat(pointers(USUAL)).isEmpty();
        assertThat(pointers(USUAL.with(Faults.deadLetters(Optional.of("dead")))))
                .isEmpty();
    }

    @Property
    void membersAreBoundByTheServiceAndByTheTopicOfTheirReports(
            @ForAll @IntRange(min = -3, max = 100) int members, @ForAll @IntRange(min = 1, max = 100) int configured) {
        boolean allowed = members >= 1 && members <= Math.min(configured, SpecRules.MOST_MEMBERS);

        assertThat(SpecRules.errors(USUAL.withMembers(members), configured).isEmpty())
                .isEqualTo(allowed);
    }

    @Test
    void topicsAreOneToTwentyAndNoneTwice() {
        assertThat(pointers(reading(List.of()))).containsExactly("/topics");
        assertThat(pointers(reading(Collections.nCopies(21, "t")))).containsExactly("/topics", "/topics");
        assertThat(pointers(reading(List.of("a", "b", "a")))).containsExactly("/topics");
        assertThat(pointers(reading(List.of("a", "no topic", "..")))).containsExactly("/topics/1", "/topics/2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\nb", "\u0000"})
    void aGroupIdIsNotEmptyAndHasNoControlCharacters(String id) {
        Spec spec = new Spec(
                USUAL.source(), Membership.of(id), USUAL.start(), USUAL.limits(), USUAL.handling(), USUAL.faults());

        assertThat(pointers(spec)).containsExactly("/groupId");
    }

    @Test
    void whereItStartsNeedsNoCommit() {
        Start start =
                new Start(Position.parse("current+1"), Start.DEFAULT.onOutOfRange(), Start.DEFAULT.onOffsetsLost());

        assertThat(pointers(USUAL.with(start))).containsExactly("/startFrom");
    }

    @Test
    void everyLimitHasBounds() {
        assertThat(pointers(USUAL.with(new Limits(0, 1, Duration.ofSeconds(61), Duration.ZERO))))
                .containsExactlyInAnyOrder("/queueCapacity", "/queueBytes", "/commitInterval", "/drainTimeout");
        assertThat(pointers(
                        USUAL.with(new Limits(10_001, Integer.MAX_VALUE, Duration.ofMillis(-1), Duration.ofDays(1)))))
                .containsExactlyInAnyOrder("/queueCapacity", "/queueBytes", "/commitInterval", "/drainTimeout");
        Source source = new Source(List.of("orders"), Spec.IsolationLevel.READ_COMMITTED, 2, 1, Duration.ofSeconds(31));
        Handling handling = new Handling(SINK, Spec.Ordering.KEY, 65, Duration.ZERO);
        assertThat(pointers(
                        new Spec(source, USUAL.membership(), USUAL.start(), USUAL.limits(), handling, USUAL.faults())))
                .containsExactlyInAnyOrder("/minBytes", "/maxWait", "/lanes", "/handlerTimeout");
    }

    @Test
    void aRetryGrowsFromItsFirstWaitToItsLongest() {
        Duration second = Duration.ofSeconds(1);
        assertThat(pointers(retrying(1, second, 1, second))).isEmpty();
        assertThat(pointers(retrying(0, second, 1, second))).containsExactly("/retry/maxAttempts");
        assertThat(pointers(retrying(1, second, 0.5, second))).containsExactly("/retry/multiplier");
        assertThat(pointers(retrying(1, second, Double.NaN, second))).containsExactly("/retry/multiplier");
        assertThat(pointers(retrying(1, second, 1, Duration.ofMillis(1)))).containsExactly("/retry/max");
    }

    @Test
    void recordsAreNotLostByMistake() {
        assertThat(pointers(USUAL.with(new Faults(Retry.DEFAULT, OnExhausted.SKIP, false, Optional.empty()))))
                .containsExactly("/onExhausted");
        assertThat(pointers(USUAL.with(new Faults(Retry.DEFAULT, OnExhausted.SKIP, true, Optional.empty()))))
                .isEmpty();
        assertThat(pointers(USUAL.with(new Faults(Retry.DEFAULT, OnExhausted.DEAD_LETTER, false, Optional.empty()))))
                .containsExactly("/onExhausted");
        assertThat(pointers(USUAL.with(Faults.deadLetters(Optional.of("no topic")))))
                .containsExactly("/deadLetter/topic");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Orders", "a_b", "a.b"})
    void namesAreLowerCaseLettersDigitsAndHyphens(String name) {
        assertThat(SpecRules.ofName(name)).isPresent();
        assertThat(SpecRules.ofName("orders-2")).isEmpty();
        assertThat(SpecRules.ofName(null)).isPresent();
    }
}
