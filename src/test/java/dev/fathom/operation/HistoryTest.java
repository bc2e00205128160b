package dev.fathom.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.cluster.EventLog.Event;
import dev.fathom.cluster.GroupType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What the entries of a journal come to. */
class HistoryTest {

    private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");

    private final History history = new History("local", Duration.ofDays(365));
    private long offset;
    private Instant now = START;

    private void append(Entry entry) {
        append(history, entry);
    }

    private void append(History to, Entry entry) {
        to.take(List.of(new Event(offset++, now, "group", Entries.bytes(entry))));
    }

    private static Entry.Begun begun(String id, String replica, Deferral deferral) {
        return new Entry.Begun(
                id,
                Kind.RESET,
                "local",
                "group",
                GroupType.CLASSIC,
                "anonymous",
                "request",
                null,
                replica,
                null,
                null,
                List.of(new Entry.StoredChange(
                        "orders", 1, "id", new Entry.StoredCommit(5_000_000_000L, 3, "m"), null)),
                List.of(),
                deferral,
                null,
                null,
                null);
    }

    private static Deferral waiting() {
        return Deferral.of(
                START.plusSeconds(60),
                "latest",
                List.of(),
                "reject",
                "reject",
                true,
                null,
                null,
                Set.of(),
                false,
                null);
    }

    private static Entry.Ended ended(String id, String replica, Status status, boolean whileWaiting) {
        return new Entry.Ended(id, replica, status, whileWaiting, List.of(), null);
    }

    private Status status(String id) {
        return history.operation(id).orElseThrow().status();
    }

    @Test
    void keepsWhatWasThereBeforeAndAfter() {
        append(begun("a", "r1", null));

        Change change = history.operation("a").orElseThrow().changes().get().get(0);

        assertThat(change.before().orElseThrow().offset()).isEqualTo(5_000_000_000L);
        assertThat(change.before().orElseThrow().leaderEpoch()).hasValue(3);
        assertThat(change.before().orElseThrow().metadata()).isEqualTo("m");
        assertThat(change.after()).isEmpty();
    }

    @Test
    void keepsNoMoreKeysThanItCanHoldUntilTheOldestIsADayOld() {
        for (int i = 0; i < 20_000; i++) {
            assertThat(history.keys().full()).isFalse();
            append(new Entry.Claimed("key-" + i, "token", "request", "ann"));
        }
        assertThat(history.keys().full()).isTrue();
        assertThat(history.keys().of("ann", "key-0", "request")).isPresent();

        now = START.plus(Duration.ofHours(25));
        append(new Entry.Claimed("later", "token", "request", "ann"));

        assertThat(history.keys().full()).isFalse();
        assertThat(history.keys().of("ann", "key-0", "request")).isEmpty();
    }

    @Test
    void keepsNoMoreOfTheirAnswersThanItCanHold() {
        byte[] incompressible = new byte[1 << 20];
        new Random(1).nextBytes(incompressible);
        for (int i = 0; i < 64; i++) {
            assertThat(history.keys().full()).isFalse();
            append(new Entry.Claimed("key-" + i, "token", "request", "ann"));
            append(new Entry.Answered("key-" + i, 200, Map.of(), incompressible, "ann"));
        }

        assertThat(history.keys().full()).isTrue();
    }

    @Nested
    class AnIdempotencyKey {

        private Optional<ClaimedKeys.KeyState> key(String caller, String request) {
            return history.keys().of(caller, "key", request);
        }

        @Test
        void isItsCallers() {
            append(new Entry.Claimed("key", "t1", "a reset", "ann"));
            append(new Entry.Claimed("key", "t2", "another reset", "ben"));
            append(new Entry.Answered("key", 200, Map.of(), new byte[] {1}, "ann"));
            append(new Entry.Released("key", "t1", "ben"));

            assertThat(key("ann", "a reset").orElseThrow().answer()).isPresent();
            assertThat(key("ben", "another reset").orElseThrow().token()).isEqualTo("t2");
            assertThat(key("ben", "another reset").orElseThrow().answer()).isEmpty();
            assertThat(key("eve", "a reset")).isEmpty();

            append(new Entry.Released("key", "t2", "ben"));

            assertThat(key("ben", "another reset")).isEmpty();
            assertThat(key("ann", "a reset")).isPresent();
        }

        @Test
        void thatTheVersionBeforeWroteIsReadAndStandsForTheSameRequestOfWhoeverSendsIt() {
            history.take(List.of(
                    new Event(
                            0,
                            START,
                            "key",
                            "{\"entry\":\"claimed\",\"key\":\"key\",\"token\":\"t0\",\"request\":\"a reset\"}"
                                    .getBytes()),
                    new Event(
                            1,
                            START,
                            "key",
                            "{\"entry\":\"answered\",\"key\":\"key\",\"status\":200,\"body\":\"eA==\"}".getBytes())));

            assertThat(key("ann", "a reset")
                            .orElseThrow()
                            .answer()
                            .orElseThrow()
                            .body())
                    .isEqualTo("x".getBytes());
            assertThat(key("ann", "another reset"))
                    .as("nobody knows that it was hers")
                    .isEmpty();

            append(new Entry.Claimed("key", "t1", "another reset", "ann"));

            assertThat(key("ann", "another reset").orElseThrow().token()).isEqualTo("t1");
        }

        @Test
        void thatAReplicaOfTheVersionBeforeIsWorkingOnIsNotTakenFromIt() {
            history.take(List.of(new Event(
                    0,
                    START,
                    "key",
                    "{\"entry\":\"claimed\",\"key\":\"key\",\"token\":\"t0\",\"request\":\"a reset\"}".getBytes())));
            append(new Entry.Claimed("key", "t1", "a reset", "ann"));
            assertThat(key("ann", "a reset").orElseThrow().token()).isEqualTo("t0");

            now = START.plus(History.INTENT_STANDS).plusMillis(1);
            append(new Entry.Claimed("key", "t2", "a reset", "ann"));

            assertThat(key("ann", "a reset").orElseThrow().token())
                    .as("once its replica must be gone")
                    .isEqualTo("t2");
        }
    }

    @Test
    void leavesOutWhatItDoesNotKnow() {
        history.take(List.of(
                new Event(0, START, "x", "no json".getBytes()),
                new Event(1, START, "x", "{\"entry\":\"of-a-later-version\",\"a\":1}".getBytes()),
                new Event(2, START, "x", new byte[0])));

        assertThat(history.operations()).isEmpty();
    }

    @Nested
    class TwoIntentsForOneGroup {

        @Test
        void theEarlierGoesOnAndTheLaterGivesWay() {
            append(begun("a", "r1", null));
            append(begun("b", "r2", null));

            assertThat(history.before("a")).isEmpty();
            assertThat(history.before("b").orElseThrow().id()).isEqualTo("a");
        }

        @Test
        void theLaterGoesOnOnceTheEarlierEnded() {
            append(begun("a", "r1", null));
            append(ended("a", "r1", Status.APPLIED, false));
            append(begun("b", "r2", null));

            assertThat(history.before("b")).isEmpty();
        }

        @Test
        void theLaterGoesOnWhenTheReplicaOfTheEarlierHasBeenGoneForAMinute() {
            append(begun("a", "r1", null));
            now = START.plus(History.INTENT_STANDS).plusMillis(1);
            append(begun("b", "r2", null));

            assertThat(history.before("b")).isEmpty();
        }

        @Test
        void anOutcomeThatNobodyKnowsStandsInTheWayForAMinute() {
            append(begun("a", "r1", null));
            append(ended("a", "r1", Status.UNKNOWN, false));
            append(begun("b", "r2", null));
            assertThat(history.before("b")).isPresent();

            now = START.plus(History.INTENT_STANDS).plusMillis(1);
            append(begun("c", "r2", null));
            assertThat(history.before("c")).isEmpty();
        }

        @Test
        void oneThatWaitsIsInNobodysWay() {
            append(begun("a", "r1", waiting()));
            append(begun("b", "r2", null));

            assertThat(history.before("b")).isEmpty();
        }
    }

    @Nested
    class AnOperationThatWaits {

        @Test
        void isAppliedByTheReplicaThatSaidSoFirst() {
            append(begun("a", "r1", waiting()));
            append(new Entry.Applying("a", "r2", List.of(), null, null));
            append(new Entry.Applying("a", "r1", List.of(), null, null));

            assertThat(history.isOwner("a", "r2")).isTrue();
            assertThat(history.isOwner("a", "r1")).isFalse();
        }

        @Test
        void waitsAgainWhenItIsGivenBack() {
            append(begun("a", "r1", waiting()));
            append(new Entry.Applying("a", "r2", List.of(), null, null));
            append(new Entry.Withdrawn("a", "r1"));
            assertThat(status("a")).isEqualTo(Status.APPLYING);

            append(new Entry.Withdrawn("a", "r2"));

            assertThat(status("a")).isEqualTo(Status.WAITING);
        }

        @Test
        void isCalledOffOnlyWhileItWaits() {
            append(begun("a", "r1", waiting()));
            append(new Entry.Applying("a", "r2", List.of(), null, null));
            append(ended("a", "r1", Status.CANCELLED, true));
            assertThat(status("a")).isEqualTo(Status.APPLYING);

            append(begun("b", "r1", waiting()));
            append(ended("b", "r1", Status.CANCELLED, true));
            append(new Entry.Applying("b", "r2", List.of(), null, null));

            assertThat(status("b")).isEqualTo(Status.CANCELLED);
            assertThat(history.isOwner("b", "r2")).isFalse();
        }
    }

    @Test
    void theFirstOutcomeIsTheOutcome() {
        append(begun("a", "r1", null));
        append(ended("a", "r2", Status.APPLIED, false));
        append(ended("a", "r1", Status.FAILED, false));

        assertThat(status("a")).isEqualTo(Status.APPLIED);
    }

    @Test
    void forgetsWhatIsOlderThanTheRetention() {
        append(begun("a", "r1", null));
        append(ended("a", "r1", Status.APPLIED, false));
        now = START.plus(Duration.ofDays(366));
        append(begun("b", "r1", null));

        assertThat(history.operation("a")).isEmpty();
        assertThat(history.operation("b")).isPresent();
    }

    /**
     * However the steps of several replicas fall between each other, at no time do two of them change the group, and once all
     * that tried have decided somebody did. A replica appends, then reads to the end, then decides, then ends.
     */
    @Property(tries = 2000)
    void ofRacingReplicasOneAtATimeChangesTheGroup(@ForAll @Size(min = 12, max = 60) List<Boolean> turns) {
        List<Event> log = new ArrayList<>();
        Racer one = new Racer("r1");
        Racer other = new Racer("r2");
        for (boolean turn : turns) {
            (turn ? one : other).step(log);
            assertThat(one.changing() && other.changing()).isFalse();
        }
        // Whoever has appended first and has not decided yet holds the others off.
        boolean decided = !one.deciding() && !other.deciding();
        if (decided && (one.attempts > 0 || other.attempts > 0)) {
            assertThat(one.changes + other.changes).isPositive();
        }
    }

    private static final class Racer {
        private final String replica;
        private int phase;
        private int round;
        private int attempts;
        private int changes;

        Racer(String replica) {
            this.replica = replica;
        }

        boolean deciding() {
            return phase == 1;
        }

        boolean changing() {
            return phase == 2;
        }

        void step(List<Event> log) {
            String id = replica + "-" + round;
            switch (phase) {
                case 0 -> {
                    add(log, begun(id, replica, null));
                    phase = 1;
                }
                case 1 -> {
                    History seen = new History("local", Duration.ofDays(365));
                    seen.take(log);
                    attempts++;
                    if (seen.before(id).isEmpty()) {
                        changes++;
                        phase = 2;
                    } else {
                        add(log, ended(id, replica, Status.REFUSED, false));
                        phase = 0;
                        round++;
                    }
                }
                default -> {
                    add(log, ended(id, replica, Status.APPLIED, false));
                    phase = 0;
                    round++;
                }
            }
        }

        private static void add(List<Event> log, Entry entry) {
            log.add(new Event(log.size(), START, "group", Entries.bytes(entry)));
        }
    }
}
