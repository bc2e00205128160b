package dev.fathom.diagnosis;

import dev.fathom.progress.GroupEvent;
import dev.fathom.progress.GroupHistory;

/** Which parts of a history say how fast members read. */
final class Reading {

    private Reading() {}

    /** Whether the same members were there all the time between two points: a move of an empty group looks like reading. */
    static boolean steady(GroupHistory history, GroupHistory.Point before, GroupHistory.Point point) {
        return point.members() > 0
                && point.members() == before.members()
                && history.events().stream()
                        .filter(event -> event.kind() == GroupEvent.Kind.MEMBERS)
                        .noneMatch(event ->
                                event.at().isAfter(before.at()) && !event.at().isAfter(point.at()));
    }
}
