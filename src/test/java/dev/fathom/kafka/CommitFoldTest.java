package dev.fathom.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.PastCommit;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.kafka.OffsetsRecords.OfCommit;
import dev.fathom.kafka.OffsetsRecords.Said;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a group had committed, told from what the brokers' compaction leaves of a made-up log, against what was there all along. */
class CommitFoldTest {

    private static final String GROUP = "billing";
    private static final List<TopicPartition> PARTITIONS = IntStream.range(0, 3)
            .mapToObj(number -> new TopicPartition("orders", number))
            .toList();

    private enum Sort {
        COMMIT,
        DELETION,
        COMMITTED,
        ABORTED
    }

    /** One record. A marker has no key. */
    private record Entry(long offset, long time, long producer, Sort sort, OfCommit key, long committed) {

        boolean marker() {
            return sort == Sort.COMMITTED || sort == Sort.ABORTED;
        }

        Said said() {
            return sort == Sort.DELETION
                    ? new Said.Deleted()
                    : new Said.Committed(new Commit(committed, OptionalInt.empty(), ""));
        }
    }

    /** What stood once an entry was written, by the rules the coordinator keeps in memory; null for nothing. */
    private record Moment(long time, Entry stood) {}

    /** A log as a broker writes, and now and then compacts, it. */
    private static final class Log {
        private final Random random;
        private final boolean clocksGoBack;
        private final List<Entry> left = new ArrayList<>();
        private final Map<OfCommit, Entry> standing = new HashMap<>();
        private final Map<Long, List<Entry>> open = new HashMap<>();
        private final Map<TopicPartition, List<Moment>> history = new HashMap<>();
        private final Set<Long> aborted = new HashSet<>();
        private final Set<Long> cleanedOnce = new HashSet<>();
        private long next;
        private long time = 1_000_000;
        private long cleaned;
        private long place = 100;

        Log(long seed, boolean clocksGoBack) {
            this.random = new Random(seed);
            this.clocksGoBack = clocksGoBack;
            int entries = 50 + random.nextInt(400);
            for (int i = 0; i < entries; i++) {
                write();
                // What shows that a clock went back must be left for that to be told.
                if (!clocksGoBack && random.nextInt(40) == 0) {
                    compact();
                }
            }
        }

        private void write() {
            time += random.nextInt(20);
            if (clocksGoBack && random.nextInt(25) == 0) {
                time -= 60;
            }
            long producer = 1 + random.nextInt(3);
            int dice = random.nextInt(10);
            if (dice == 0 && open.containsKey(producer)) {
                boolean committed = random.nextInt(3) > 0;
                append(new Entry(next, time, producer, committed ? Sort.COMMITTED : Sort.ABORTED, null, -1));
                return;
            }
            String group = random.nextInt(3) == 0 ? "another" : GROUP;
            OfCommit key = new OfCommit((short) 1, group, PARTITIONS.get(random.nextInt(PARTITIONS.size())));
            place += random.nextInt(50) - 5;
            boolean deletion = dice == 1;
            append(new Entry(
                    next,
                    time,
                    !deletion && random.nextInt(3) == 0 ? producer : CommitFold.NO_PRODUCER,
                    deletion ? Sort.DELETION : Sort.COMMIT,
                    key,
                    Math.max(0, place)));
        }

        private void append(Entry entry) {
            left.add(entry);
            next++;
            if (entry.marker()) {
                for (Entry pending : open.remove(entry.producer())) {
                    if (entry.sort() == Sort.ABORTED) {
                        aborted.add(pending.offset());
                    } else if (!standing.containsKey(pending.key())
                            || Objects.requireNonNull(standing.get(pending.key()))
                                            .offset()
                                    < pending.offset()) {
                        stands(pending, entry.time());
                    }
                }
            } else if (entry.producer() != CommitFold.NO_PRODUCER) {
                open.computeIfAbsent(entry.producer(), p -> new ArrayList<>()).add(entry);
            } else {
                if (entry.sort() == Sort.DELETION) {
                    open.values()
                            .forEach(pending ->
                                    pending.removeIf(each -> each.key().equals(entry.key())));
                }
                stands(entry, entry.time());
            }
        }

        /** A deletion is remembered as what stands: what is pending from before it was taken away above. */
        private void stands(Entry entry, long at) {
            standing.put(entry.key(), entry);
            if (entry.key().group().equals(GROUP)) {
                history.computeIfAbsent(entry.key().partition(), p -> new ArrayList<>())
                        .add(new Moment(at, entry));
            }
        }

        /** A pass of the cleaner, which may be cut short: then only the first segments are exchanged. */
        private void compact() {
            long stable = left.stream()
                    .filter(entry -> !entry.marker() && entry.producer() != CommitFold.NO_PRODUCER && isOpen(entry))
                    .mapToLong(Entry::offset)
                    .min()
                    .orElse(next);
            if (stable <= cleaned) {
                return;
            }
            long upTo = cleaned + 1 + random.nextInt((int) (stable - cleaned));
            Map<OfCommit, Long> last = new HashMap<>();
            for (Entry entry : left) {
                if (!entry.marker()
                        && entry.offset() >= cleaned
                        && entry.offset() < upTo
                        && !aborted.contains(entry.offset())) {
                    last.put(entry.key(), entry.offset());
                }
            }
            boolean whole = random.nextInt(4) > 0;
            long exchanged = whole ? upTo : random.nextInt((int) upTo + 1);
            left.removeIf(entry -> entry.offset() < exchanged && goes(entry, last));
            if (whole) {
                cleaned = upTo;
                left.stream().filter(entry -> entry.offset() < upTo).forEach(entry -> cleanedOnce.add(entry.offset()));
            }
        }

        private boolean isOpen(Entry entry) {
            return !aborted.contains(entry.offset())
                    && left.stream()
                            .noneMatch(marker -> marker.marker()
                                    && marker.producer() == entry.producer()
                                    && marker.offset() > entry.offset());
        }

        private boolean goes(Entry entry, Map<OfCommit, Long> last) {
            if (entry.marker()) {
                boolean empty = left.stream()
                        .noneMatch(each -> !each.marker()
                                && each.producer() == entry.producer()
                                && each.offset() < entry.offset());
                return empty && cleanedOnce.contains(entry.offset());
            }
            Long later = last.get(entry.key());
            boolean hadItsTime =
                    entry.sort() == Sort.DELETION && cleanedOnce.contains(entry.offset()) && random.nextBoolean();
            return aborted.contains(entry.offset()) || (later != null && later > entry.offset()) || hadItsTime;
        }

        CommitFold fold(long at, long from) {
            CommitFold fold = new CommitFold(GROUP, Instant.ofEpochMilli(at), from);
            for (Entry entry : left) {
                if (entry.offset() >= from) {
                    fold.there(entry.offset());
                    if (entry.marker()) {
                        fold.ended(entry.time(), entry.producer(), entry.sort() == Sort.COMMITTED);
                    } else {
                        fold.saw(entry.offset(), entry.time(), entry.producer(), entry.key(), entry.said());
                    }
                }
            }
            fold.until(next);
            return fold;
        }

        List<Moment> history(TopicPartition partition) {
            return history.getOrDefault(partition, List.of());
        }

        Entry stood(TopicPartition partition, long at) {
            Entry stood = null;
            for (Moment moment : history(partition)) {
                stood = moment.time() <= at ? moment.stood() : stood;
            }
            return stood;
        }

        long start() {
            return 1_000_000;
        }
    }

    @Test
    void tellsTheVeryCommitOrThatItIsGone() {
        int exact = 0;
        int gone = 0;
        for (int seed = 0; seed < 150; seed++) {
            Log log = new Log(seed, false);
            Random random = new Random(seed);
            for (int i = 0; i < 30; i++) {
                long at = log.start() + random.nextLong(log.time - log.start() + 50);
                long from = random.nextBoolean() ? 0 : random.nextLong(log.next);
                CommitFold fold = log.fold(at, from);
                for (TopicPartition partition : PARTITIONS) {
                    PastCommit told = fold.of(partition);
                    Entry stood = log.stood(partition, at);
                    String which = "seed " + seed + ", " + partition + " at " + at + " from " + from;
                    if (told instanceof PastCommit.Unknown) {
                        gone++;
                        assertThat(
                                        stood == null
                                                ? log.left.size() < log.next || from > 0
                                                : !(log.left.contains(stood) && stood.offset() >= from))
                                .as(which + " was there to be read: " + stood)
                                .isTrue();
                    } else {
                        exact++;
                        assertThat(told).as(which).isEqualTo(expected(log, partition, at, stood));
                    }
                }
            }
        }
        assertThat(exact).isGreaterThan(4000);
        assertThat(gone).isGreaterThan(1000);
    }

    private static PastCommit expected(Log log, TopicPartition partition, long at, Entry stood) {
        if (stood == null || stood.sort() == Sort.DELETION) {
            return new PastCommit.Nothing();
        }
        long since = log.history(partition).stream()
                .filter(moment -> moment.stood().equals(stood) && moment.time() <= at)
                .findFirst()
                .orElseThrow()
                .time();
        return new PastCommit.Stood(
                new Commit(stood.committed(), OptionalInt.empty(), ""), Instant.ofEpochMilli(since));
    }

    /** Whichever of the records stamped around the moment came before it. */
    @Test
    void tellsAnIntervalWhereClocksWentBack() {
        int intervals = 0;
        for (int seed = 0; seed < 150; seed++) {
            Log log = new Log(1000 + seed, true);
            Random random = new Random(seed);
            for (int i = 0; i < 30; i++) {
                long at = log.start() + random.nextLong(Math.max(1, log.time - log.start() + 50));
                CommitFold fold = log.fold(at, 0);
                for (TopicPartition partition : PARTITIONS) {
                    List<Entry> possible = possible(log.history(partition), at);
                    PastCommit told = fold.of(partition);
                    if (told instanceof PastCommit.Between between) {
                        intervals++;
                        assertThat(possible).allSatisfy(entry -> {
                            assertThat(entry).isNotNull();
                            assertThat(entry.committed()).isBetween(between.atLeast(), between.atMost());
                        });
                    } else if (told instanceof PastCommit.Stood stood) {
                        assertThat(possible)
                                .extracting(Entry::committed)
                                .containsOnly(stood.commit().offset());
                    } else if (told instanceof PastCommit.Nothing) {
                        assertThat(possible).allMatch(entry -> entry == null || entry.sort() == Sort.DELETION);
                    }
                }
            }
        }
        assertThat(intervals).isGreaterThan(100);
    }

    /** What stood at the first and the last place in the log that the moment may be. */
    private static List<Entry> possible(List<Moment> history, long at) {
        int earliest = 0;
        while (earliest < history.size() && history.get(earliest).time() <= at) {
            earliest++;
        }
        int latest = history.size();
        while (latest > 0 && history.get(latest - 1).time() > at) {
            latest--;
        }
        List<Entry> possible = new ArrayList<>();
        for (int cut = earliest; cut <= Math.max(earliest, latest); cut++) {
            possible.add(cut == 0 ? null : history.get(cut - 1).stood());
        }
        return possible;
    }

    private static final OfCommit KEY = new OfCommit((short) 1, GROUP, PARTITIONS.get(0));

    private static Said at(long offset) {
        return new Said.Committed(new Commit(offset, OptionalInt.empty(), ""));
    }

    @Test
    void aTransactionCountsFromItsMarkerOn() {
        for (long moment : new long[] {15, 25}) {
            CommitFold fold = new CommitFold(GROUP, Instant.ofEpochMilli(moment), 0);
            fold.there(0);
            fold.saw(0, 5, CommitFold.NO_PRODUCER, KEY, at(1));
            fold.there(1);
            fold.saw(1, 10, 7, KEY, at(2));
            fold.there(2);
            fold.ended(20, 7, true);

            assertThat(fold.of(PARTITIONS.get(0))).isEqualTo(moment == 15 ? stood(1, 5) : stood(2, 20));
        }
    }

    private static PastCommit stood(long offset, long since) {
        return new PastCommit.Stood(new Commit(offset, OptionalInt.empty(), ""), Instant.ofEpochMilli(since));
    }

    @Test
    void whatCannotBeReadIsSaidToBeSo() {
        CommitFold fold = new CommitFold(GROUP, Instant.ofEpochMilli(15), 0);
        fold.there(0);
        fold.saw(0, 5, CommitFold.NO_PRODUCER, KEY, new Said.Unreadable("has version 9"));

        assertThat(fold.of(PARTITIONS.get(0)))
                .isEqualTo(new PastCommit.Unknown("the commit cannot be read: it has version 9"));
    }

    @Test
    void keysOfTwoVersionsAreCompactedApart() {
        CommitFold fold = new CommitFold(GROUP, Instant.ofEpochMilli(15), 0);
        fold.there(0);
        fold.saw(0, 5, CommitFold.NO_PRODUCER, new OfCommit((short) 0, GROUP, PARTITIONS.get(0)), at(1));
        fold.there(1);
        fold.saw(1, 6, CommitFold.NO_PRODUCER, KEY, at(2));

        assertThat(fold.of(PARTITIONS.get(0))).isInstanceOf(PastCommit.Unknown.class);
    }

    @ParameterizedTest
    @ValueSource(shorts = {0, 1, 2, 3, 4})
    void readsEveryVersionOfAValue(short version) {
        ByteBuffer bytes = ByteBuffer.allocate(100).putShort(version).putLong(42);
        if (version >= 3) {
            bytes.putInt(7);
        }
        byte[] metadata = "mé".getBytes(StandardCharsets.UTF_8);
        if (version >= 4) {
            bytes.put((byte) (metadata.length + 1));
        } else {
            bytes.putShort((short) metadata.length);
        }
        bytes.put(metadata).putLong(1_700_000_000_000L);
        if (version == 1) {
            bytes.putLong(-1);
        }
        if (version >= 4) {
            bytes.put((byte) 0);
        }

        assertThat(OffsetsRecords.said(bytes.flip()))
                .isEqualTo(new Said.Committed(
                        new Commit(42, version >= 3 ? OptionalInt.of(7) : OptionalInt.empty(), "mé")));
    }

    @Test
    void readsNoValueOfAVersionItDoesNotKnowAndNoneThatIsCutOff() {
        ByteBuffer later = ByteBuffer.allocate(30).putShort((short) 5).putLong(42);
        ByteBuffer cut = ByteBuffer.allocate(12).putShort((short) 3).putLong(42);

        assertThat(OffsetsRecords.said(later.rewind())).isInstanceOf(Said.Unreadable.class);
        assertThat(OffsetsRecords.said(cut.flip())).isEqualTo(new Said.Unreadable("ends too early"));
        assertThat(OffsetsRecords.said(null)).isEqualTo(new Said.Deleted());
    }

    @ParameterizedTest
    @ValueSource(shorts = {0, 1})
    void readsKeysOfCommitsAlone(short version) {
        ByteBuffer key = key(version);
        ByteBuffer ofGroup = ByteBuffer.allocate(20).putShort((short) 2).putShort((short) 7);

        assertThat(OffsetsRecords.key(key)).isEqualTo(Optional.of(new OfCommit(version, GROUP, PARTITIONS.get(2))));
        assertThat(OffsetsRecords.key(ofGroup.rewind())).isEmpty();
        assertThat(OffsetsRecords.key(key(version).limit(9))).isEmpty();
        assertThat(OffsetsRecords.key(null)).isEmpty();
    }

    private static ByteBuffer key(short version) {
        return ByteBuffer.allocate(60)
                .putShort(version)
                .putShort((short) 7)
                .put(GROUP.getBytes(StandardCharsets.UTF_8))
                .putShort((short) 6)
                .put("orders".getBytes(StandardCharsets.UTF_8))
                .putInt(2)
                .flip();
    }
}
