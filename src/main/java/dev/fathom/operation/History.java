package dev.fathom.operation;

import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.EventLog.Event;
import dev.fathom.cluster.GroupType;
import dev.fathom.cluster.Required;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.operation.Entry.Answered;
import dev.fathom.operation.Entry.Applying;
import dev.fathom.operation.Entry.Begun;
import dev.fathom.operation.Entry.Claimed;
import dev.fathom.operation.Entry.Ended;
import dev.fathom.operation.Entry.Observed;
import dev.fathom.operation.Entry.Released;
import dev.fathom.operation.Entry.StoredChange;
import dev.fathom.operation.Entry.StoredParking;
import dev.fathom.operation.Entry.StoredRedrive;
import dev.fathom.operation.Entry.StoredRow;
import dev.fathom.operation.Entry.Withdrawn;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The state that follows from the entries of one cluster's journal, in their order. Every replica reads the same entries in the
 * same order, so all agree: who was first, who yields, how an operation ended. Asks nothing and knows no
 * clock; not thread-safe.
 */
final class History {

    /** An intent older than this blocks no other: its replica gave up long before, or is gone. */
    static final Duration INTENT_STANDS = Duration.ofMinutes(1);

    private final String cluster;
    private final Duration retention;
    private final Map<String, Track> operations = new LinkedHashMap<>();
    private final ClaimedKeys keys = new ClaimedKeys();
    private final Map<String, Seen> observations = new HashMap<>();
    private Instant newest = Instant.EPOCH;

    /** @param retention how long ended operations are remembered */
    History(String cluster, Duration retention) {
        this.cluster = cluster;
        this.retention = retention;
    }

    /** One operation, as its entries are read. */
    private static final class Track {
        private final Begun begun;
        private final Instant at;
        private Status status;
        /** The replica that is to carry it out; null while it waits. */
        private @Nullable String owner;
        /** Where the entry lies that made the intent open, and when it was written. */
        private long openAt;

        private @Nullable Instant openSince;
        private int changeCount;
        private byte[] changes;
        private @Nullable StoredParking parking;
        private @Nullable StoredRedrive redrive;
        private @Nullable Ended ended;
        private @Nullable Instant endedAt;
        private @Nullable String undoneBy;

        Track(Begun begun, Event event) {
            this.begun = begun;
            this.at = event.appendedAt();
            this.status = begun.deferral() == null ? Status.APPLYING : Status.WAITING;
            if (status == Status.APPLYING) {
                open(begun.replica(), event);
            }
            intend(begun.changes());
            copy(begun.parking(), begun.redrive());
        }

        private void open(String replica, Event event) {
            owner = replica;
            openAt = event.offset();
            openSince = event.appendedAt();
        }

        private void intend(List<StoredChange> planned) {
            List<StoredChange> all = planned == null ? List.of() : planned;
            changeCount = all.size();
            changes = Entries.pack(all);
        }

        private void copy(@Nullable StoredParking parked, @Nullable StoredRedrive redriven) {
            parking = parked;
            redrive = redriven;
        }

        /** Whether a change of the group may still come from it, as seen by an intent written at {@code now}. */
        private boolean mayStillChange(Instant now) {
            boolean open = status == Status.APPLYING || status == Status.UNKNOWN;
            return open && openSince != null && !now.isAfter(openSince.plus(INTENT_STANDS));
        }
    }

    void take(List<Event> events) {
        for (Event event : events) {
            newest = event.appendedAt().isAfter(newest) ? event.appendedAt() : newest;
            Entries.read(event.value()).ifPresent(entry -> take(entry, event));
        }
        forgetOld();
    }

    private void take(Entry entry, Event event) {
        if (entry instanceof Begun begun) {
            operations.putIfAbsent(begun.id(), new Track(begun, event));
        } else if (entry instanceof Applying applying) {
            Optional.ofNullable(operations.get(applying.id())).ifPresent(track -> applying(track, applying, event));
        } else if (entry instanceof Withdrawn withdrawn) {
            Optional.ofNullable(operations.get(withdrawn.id())).ifPresent(track -> withdrawn(track, withdrawn));
        } else if (entry instanceof Ended ended) {
            Optional.ofNullable(operations.get(ended.id())).ifPresent(track -> ended(track, ended, event));
        } else if (entry instanceof Observed observed) {
            observed.commits()
                    .forEach((group, commits) -> observations.put(group, new Seen(commits, observed.since())));
        } else {
            key(entry, event);
        }
    }

    private static void applying(Track track, Applying applying, Event event) {
        if (track.status == Status.WAITING) {
            track.status = Status.APPLYING;
            track.open(applying.replica(), event);
            track.intend(applying.changes());
            track.copy(applying.parking(), applying.redrive());
        } else if (track.status == Status.APPLYING && applying.replica().equals(track.owner)) {
            track.intend(applying.changes());
            track.copy(applying.parking(), applying.redrive());
        }
    }

    private static void withdrawn(Track track, Withdrawn withdrawn) {
        if (track.status == Status.APPLYING
                && track.begun.deferral() != null
                && withdrawn.replica().equals(track.owner)) {
            track.status = Status.WAITING;
            track.owner = null;
            track.openSince = null;
            track.intend(List.of());
        }
    }

    private void ended(Track track, Ended ended, Event event) {
        if (track.status.ended() || ended.whileWaiting() != (track.status == Status.WAITING)) {
            return;
        }
        track.status = ended.status();
        track.ended = ended;
        track.endedAt = event.appendedAt();
        if (track.begun.undoOf() != null && ended.status().leftTraces()) {
            Optional.ofNullable(operations.get(track.begun.undoOf())).ifPresent(undone -> undone.undoneBy = ended.id());
        }
    }

    private void key(Entry entry, Event event) {
        if (entry instanceof Claimed claimed) {
            keys.claimed(claimed, event.appendedAt(), caller -> operationOf(caller, claimed.key())
                    .isPresent());
        } else if (entry instanceof Answered answered) {
            keys.answered(answered);
        } else if (entry instanceof Released released) {
            keys.released(released);
        }
    }

    private void forgetOld() {
        Iterator<Track> oldest = operations.values().iterator();
        while (oldest.hasNext()) {
            Track track = oldest.next();
            if (!track.at.plus(retention).isBefore(newest)) {
                break;
            }
            if (track.status.ended()) {
                oldest.remove();
            }
        }
        keys.forgetBefore(newest.minus(IdempotencyKeys.KEPT));
    }

    List<Operation> operations() {
        List<Operation> all = new ArrayList<>(operations.size());
        operations.values().forEach(track -> all.add(told(track)));
        Collections.reverse(all);
        return all;
    }

    Optional<Operation> operation(String id) {
        return Optional.ofNullable(operations.get(id)).map(this::told);
    }

    /**
     * An intent that comes before another one of the same group: the later one yields.
     *
     * @param id the later one; it must be open
     */
    Optional<Operation> before(String id) {
        Track mine = Required.in(operations, id);
        Instant since = Objects.requireNonNull(mine.openSince, "it is not open");
        return operations.values().stream()
                .filter(other -> other != mine
                        && other.begun.group().equals(mine.begun.group())
                        && other.openAt < mine.openAt
                        && other.mayStillChange(since))
                .findFirst()
                .map(this::told);
    }

    /** Whether a replica is the one to carry an operation out. */
    boolean isOwner(String id, String replica) {
        Track track = operations.get(id);
        return track != null && track.status == Status.APPLYING && replica.equals(track.owner);
    }

    List<Operation> in(Status status) {
        return operations.values().stream()
                .filter(track -> track.status == status)
                .map(this::told)
                .toList();
    }

    /** Whether an operation on a group ended, or may still come to something, within a span before the newest entry. */
    boolean touchedWithin(String group, Duration span) {
        Instant from = newest.minus(span);
        return operations.values().stream()
                .anyMatch(track -> track.begun.group().equals(group)
                        && !track.at.isBefore(from)
                        && (track.status == Status.APPLYING || track.status.leftTraces()));
    }

    /**
     * The operation of the request with an idempotency key.
     *
     * @param caller null for anybody's
     */
    Optional<Operation> operationOf(String caller, String key) {
        return operations.values().stream()
                .filter(track -> key.equals(track.begun.key()))
                .filter(track -> caller == null || caller.equals(track.begun.actor()))
                .findFirst()
                .map(this::told);
    }

    ClaimedKeys keys() {
        return keys;
    }

    /** What a group without members had committed, and since when. */
    record Seen(long commits, Instant since) {}

    Optional<Seen> observation(String group) {
        return Optional.ofNullable(observations.get(group));
    }

    private Operation told(Track track) {
        byte[] packed = track.changes;
        return new Operation(
                track.begun.id(),
                track.begun.kind(),
                cluster,
                Optional.ofNullable(track.begun.cluster()).orElse(cluster),
                track.begun.group(),
                track.begun.type() == null ? GroupType.UNKNOWN : track.begun.type(),
                new Caller(track.begun.actor(), track.begun.requestId(), Optional.ofNullable(track.begun.key())),
                Optional.ofNullable(track.begun.reason()),
                track.at,
                Optional.ofNullable(track.endedAt),
                track.status,
                track.changeCount,
                () -> Entries.unpack(packed),
                rows(track.ended),
                members(track),
                Optional.ofNullable(track.ended).map(Ended::problem),
                Optional.ofNullable(track.begun.undoOf()),
                Optional.ofNullable(track.undoneBy),
                Optional.ofNullable(track.begun.deferral()),
                Boolean.TRUE.equals(track.begun.unseen()),
                Optional.ofNullable(track.parking).map(StoredParking::parking),
                Optional.ofNullable(track.redrive).map(StoredRedrive::redrive));
    }

    private static Collection<StoredRow> storedRows(@Nullable Ended ended) {
        return ended == null || ended.rows() == null ? List.of() : ended.rows();
    }

    private static Map<TopicPartition, Operation.Row> rows(@Nullable Ended ended) {
        Map<TopicPartition, Operation.Row> rows = new TreeMap<>();
        for (StoredRow row : storedRows(ended)) {
            if (row.topic() != null && row.partition() != null) {
                rows.put(
                        new TopicPartition(row.topic(), row.partition()),
                        new Operation.Row(row.fate(), Optional.ofNullable(row.problem())));
            }
        }
        return rows;
    }

    private static Map<String, String> members(Track track) {
        Map<String, String> members = new TreeMap<>();
        if (track.begun.members() != null) {
            track.begun.members().forEach(member -> members.put(member, ""));
        }
        for (StoredRow row : storedRows(track.ended)) {
            if (row.member() != null) {
                members.put(row.member(), row.problem() == null ? "unknown" : row.problem());
            }
        }
        return members;
    }

    /** The rows of a result that were not simply applied and verified. */
    static List<StoredRow> stored(Result result) {
        List<StoredRow> rows = new ArrayList<>();
        result.rows().forEach((partition, row) -> {
            if (row.fate() != Result.Fate.APPLIED || !row.verified()) {
                rows.add(new StoredRow(
                        partition.topic(),
                        partition.partition(),
                        null,
                        row.fate(),
                        row.problem().map(ClusterException::reason).orElse(null),
                        row.problem().map(ClusterException::getMessage).orElse(null)));
            }
        });
        result.members()
                .forEach((member, problem) -> problem.ifPresent(why -> rows.add(
                        new StoredRow(null, null, member, Result.Fate.FAILED, why.reason(), why.getMessage()))));
        return rows;
    }
}
