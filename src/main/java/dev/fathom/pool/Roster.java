package dev.fathom.pool;

import dev.fathom.cluster.Required;
import dev.fathom.pool.definition.Definition;
import dev.fathom.pool.definition.Desired;
import dev.fathom.pool.store.StatusBoard;
import dev.fathom.pool.worker.EventType;
import dev.fathom.pool.worker.Member;
import dev.fathom.pool.worker.MemberFailure;
import dev.fathom.pool.worker.MemberReport;
import dev.fathom.pool.worker.MemberStats;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** The members that run on this replica, on one cluster. Changed by one thread; read by any. */
final class Roster {

    private static final Logger LOG = Logger.getLogger(Roster.class);
    private static final Duration TELL_EVERY = Duration.ofSeconds(10);
    /** A member that has caught up reports sooner. */
    private static final Duration TELL_SETTLED_AFTER = Duration.ofMillis(500);

    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LAST_RETRY = Duration.ofSeconds(30);
    private static final Duration UNTIL_DECIDED = Duration.ofDays(1);

    private final StatusBoard board;
    private final Factory factory;
    private final Clock clock;
    private final Map<Slot, Member> running = new ConcurrentHashMap<>();
    private final Map<Slot, MemberStats> stats = new HashMap<>();
    /** Reports of members elsewhere whose slots came here, until their last report is counted. */
    private final Map<Slot, MemberReport> predecessors = new HashMap<>();

    private final Map<Slot, Told> told = new HashMap<>();
    private final Map<Slot, Retry> retries = new HashMap<>();
    private final Set<Slot> toTell = ConcurrentHashMap.newKeySet();

    record Slot(String uid, int number) {}

    private record Told(MemberReport report, long at) {}

    private record Retry(int failures, long at) {}

    interface Factory {
        Member member(
                Definition definition, int slot, boolean paused, MemberStats stats, Optional<MemberReport> before);
    }

    Roster(StatusBoard board, Factory factory, Clock clock) {
        this.board = board;
        this.factory = factory;
        this.clock = clock;
    }

    /**
     * Starts, stops and pauses members as the definitions want.
     *
     * @param mine whether a partition of the status topic is this replica's
     */
    void follow(Collection<Definition> definitions, IntPredicate mine) {
        Map<Slot, Definition> wanted = new HashMap<>();
        for (Definition definition : definitions) {
            if (definition.wantsMembers() && definition.begun()) {
                for (int slot = 0; slot < definition.spec().members(); slot++) {
                    if (mine.test(StatusBoard.partition(definition.uid(), slot))) {
                        wanted.put(new Slot(definition.uid(), slot), definition);
                    }
                }
            }
        }
        running.forEach((slot, member) -> keep(slot, member, Optional.ofNullable(wanted.get(slot))));
        wanted.forEach((slot, definition) -> {
            if (!running.containsKey(slot) && isTime(slot, definition)) {
                begin(slot, definition);
            }
        });
        retries.keySet().retainAll(wanted.keySet());
        countWhatPredecessorsDid();
    }

    /**
     * A slot may come here while its member elsewhere still drains: what that one counts meanwhile is in its last report.
     */
    private void countWhatPredecessorsDid() {
        predecessors.entrySet().removeIf(each -> {
            Slot slot = each.getKey();
            MemberReport before = each.getValue();
            Optional<MemberReport> last = board.lastWords(slot.uid(), slot.number())
                    .filter(said ->
                            said.replica().equals(before.replica()) && said.at().isAfter(before.at()));
            last.ifPresent(said -> Required.in(stats, slot).add(said.totals(), before.totals()));
            return last.isPresent();
        });
    }

    private void keep(Slot slot, Member member, Optional<Definition> wanted) {
        boolean same = wanted.filter(definition -> definition.generation()
                        == member.assignment().definition().generation())
                .isPresent();
        if (member.hasEnded()) {
            ended(slot, member);
        } else if (!same) {
            member.stop(member.assignment().definition().spec().limits().drainTimeout());
        } else if (member.isStuck()) {
            LOG.errorf(
                    "Member %s has not polled for too long and is replaced",
                    member.assignment().clientId());
            Required.in(stats, slot)
                    .event(EventType.REPLACED, "It had not polled for longer than max.poll.interval.ms.");
            member.abandon();
            running.remove(slot);
        } else {
            member.pause(wanted.get().desired() == Desired.PAUSED);
        }
    }

    private void ended(Slot slot, Member member) {
        tell(slot, member.report());
        running.remove(slot);
        Optional<MemberFailure> failure = member.failure();
        if (failure.isPresent() && !failure.get().passes()) {
            // Until it is stored, or the definition changes: only this replica knows it yet.
            retries.put(slot, new Retry(0, System.nanoTime() + UNTIL_DECIDED.toNanos()));
        } else if (failure.isPresent()) {
            int failures =
                    Optional.ofNullable(retries.get(slot)).map(Retry::failures).orElse(0);
            boolean refused = failure.get().reason().equals(MemberFailure.NOT_AUTHORIZED);
            Duration wait = refused ? LAST_RETRY : FIRST_RETRY.multipliedBy(1L << Math.min(failures, 5));
            Duration capped = wait.compareTo(LAST_RETRY) > 0 ? LAST_RETRY : wait;
            retries.put(slot, new Retry(failures + 1, System.nanoTime() + capped.toNanos()));
        }
    }

    private boolean isTime(Slot slot, Definition definition) {
        Retry retry = retries.get(slot);
        boolean startedAnew = board.of(slot.uid(), slot.number())
                .filter(report -> report.generation() < definition.generation())
                .isPresent();
        return retry == null || startedAnew || System.nanoTime() - retry.at() >= 0;
    }

    private void begin(Slot slot, Definition definition) {
        // What was written here may not have been read back yet; or another replica has run it since.
        Optional<MemberReport> before = Stream.concat(
                        Optional.ofNullable(told.get(slot)).map(Told::report).stream(),
                        board.of(slot.uid(), slot.number()).stream())
                .max(Comparator.comparing(MemberReport::at));
        boolean ranElsewhere = before.isPresent()
                && told.containsKey(slot)
                && before.get().at().isAfter(told.get(slot).report().at());
        if (ranElsewhere) {
            stats.remove(slot);
        }
        if (!stats.containsKey(slot)) {
            predecessors.remove(slot);
            before.filter(report -> report.state().live()).ifPresent(report -> predecessors.put(slot, report));
        }
        MemberStats counted = stats.computeIfAbsent(slot, any -> new MemberStats(slot.number(), clock, before));
        try {
            Member member =
                    factory.member(definition, slot.number(), definition.desired() == Desired.PAUSED, counted, before);
            running.put(slot, member);
            member.start();
            tell(slot, member.report());
        } catch (RuntimeException e) {
            LOG.warnf(e, "Member %d of %s cannot be started", slot.number(), definition.name());
            retries.put(slot, new Retry(1, System.nanoTime() + LAST_RETRY.toNanos()));
        }
    }

    /** Its state changed: reported soon. */
    void changed(Member member) {
        toTell.add(new Slot(
                member.assignment().definition().uid(), member.assignment().slot()));
    }

    /** Reports members that changed, and all of them from time to time. */
    void tell() {
        running.forEach((slot, member) -> {
            Told last = told.get(slot);
            long since = last == null ? Long.MAX_VALUE : System.nanoTime() - last.at();
            boolean settled = since > TELL_SETTLED_AFTER.toNanos()
                    && member.hasSettled()
                    && (last == null
                            || member.report().totals().records()
                                    != last.report().totals().records());
            if (toTell.remove(slot) || since > TELL_EVERY.toNanos() || settled) {
                tell(slot, member.report());
            }
        });
    }

    private void tell(Slot slot, MemberReport report) {
        told.put(slot, new Told(report, System.nanoTime()));
        board.write(report);
    }

    List<MemberReport> reports() {
        return running.values().stream().map(Member::report).toList();
    }

    List<MemberReport> reports(String uid) {
        return running.entrySet().stream()
                .filter(each -> each.getKey().uid().equals(uid))
                .map(each -> each.getValue().report())
                .toList();
    }

    Collection<Member> members() {
        return running.values();
    }

    /** Forgets what was counted of consumers that are gone. */
    void retain(Set<String> uids) {
        stats.keySet().removeIf(slot -> !uids.contains(slot.uid()) && !running.containsKey(slot));
        predecessors.keySet().retainAll(stats.keySet());
        told.keySet().removeIf(slot -> !uids.contains(slot.uid()));
    }

    /** Drains all members at once, each for at most so long, and waits for them a little longer. */
    void stop(Duration drain, Duration patience) {
        running.values().forEach(member -> member.stop(drain));
        long end = System.nanoTime() + patience.toNanos();
        Set<Slot> left = new HashSet<>();
        for (Map.Entry<Slot, Member> each : new ArrayList<>(running.entrySet())) {
            try {
                Duration remaining = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
                if (!each.getValue().awaitEnd(remaining)) {
                    left.add(each.getKey());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            tell(each.getKey(), each.getValue().report());
        }
        if (!left.isEmpty()) {
            LOG.warnf("%d members did not stop in time; their records will be delivered again", left.size());
        }
    }
}
