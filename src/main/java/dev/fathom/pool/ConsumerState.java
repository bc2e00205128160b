package dev.fathom.pool;

import dev.fathom.cluster.Word;
import dev.fathom.pool.definition.Definition;
import dev.fathom.pool.definition.Desired;
import dev.fathom.pool.worker.MemberState;
import java.util.List;
import java.util.Optional;

/** What a managed consumer is doing, all members together. */
public enum ConsumerState implements Word {
    STARTING,
    RUNNING,
    /** A sink or a dead-letter topic does not take records now, or a member failed and is retried. */
    DEGRADED,
    PAUSING,
    PAUSED,
    STOPPING,
    STOPPED,
    /** Its group is being moved. */
    RESETTING,
    /** It stopped by itself and waits for an operator to decide. */
    FAILED,
    DELETING;

    /** A state and why, where it is not simply at work. */
    record Found(ConsumerState state, Optional<String> reason) {}

    /** @param members of slots that are wanted or still there; of one that nobody has heard of, nothing */
    static Found of(Definition definition, List<MemberView> members) {
        boolean live =
                members.stream().anyMatch(member -> member.report().state().live() && !member.stale());
        if (definition.deleting()) {
            return new Found(DELETING, Optional.empty());
        }
        if (definition.reset().isPresent()) {
            return new Found(RESETTING, definition.reset().map(operation -> "operation " + operation));
        }
        if (definition.failure().isPresent()) {
            return new Found(FAILED, definition.failure().map(failure -> failure.reason() + ": " + failure.detail()));
        }
        if (definition.desired() == Desired.STOPPED) {
            return new Found(live ? STOPPING : STOPPED, definition.note());
        }
        return atWork(definition, members);
    }

    private static Found atWork(Definition definition, List<MemberView> members) {
        List<MemberView> wanted = members.stream()
                .filter(member -> member.report().slot() < definition.spec().members()
                        && member.report().generation() == definition.generation())
                .toList();
        Optional<MemberView> failing = wanted.stream()
                .filter(member -> member.report().state() == MemberState.FAILED
                        || member.report().state() == MemberState.DEGRADED)
                .findFirst();
        if (failing.isPresent()) {
            return new Found(
                    DEGRADED,
                    Optional.ofNullable(failing.get().report().reason())
                            .map(reason -> "member " + failing.get().report().slot() + ": " + reason));
        }
        Optional<String> reason = wanted.stream()
                .flatMap(member -> Optional.ofNullable(member.report().reason()).stream())
                .findFirst();
        boolean all = wanted.size() == definition.spec().members();
        if (definition.desired() == Desired.PAUSED) {
            boolean paused =
                    all && wanted.stream().allMatch(member -> member.report().state() == MemberState.PAUSED);
            return new Found(paused ? PAUSED : PAUSING, definition.note().or(() -> reason));
        }
        boolean running = all
                && wanted.stream()
                        .allMatch(member -> member.report().state() == MemberState.RUNNING
                                || member.report().state() == MemberState.IDLE);
        return new Found(running ? RUNNING : STARTING, reason);
    }
}
