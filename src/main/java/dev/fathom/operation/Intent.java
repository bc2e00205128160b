package dev.fathom.operation;

import dev.fathom.cluster.GroupType;
import java.util.List;
import java.util.Optional;

/**
 * What somebody is about to do to a group.
 *
 * @param changes of its commits; none for the removal of members
 * @param members to be removed: instance ids, or member ids of dynamic members
 * @param undoOf the operation it puts back
 * @param unseen whether commits that the service may not see are deleted too
 * @param parking the record that is copied before the group moves past it
 * @param redrive the parked record that is put back; no commit changes
 */
public record Intent(
        Kind kind,
        String group,
        GroupType type,
        Optional<String> reason,
        List<Change> changes,
        List<String> members,
        Optional<String> undoOf,
        boolean unseen,
        Optional<Parking> parking,
        Optional<Redrive> redrive) {

    public Intent(
            Kind kind,
            String group,
            GroupType type,
            Optional<String> reason,
            List<Change> changes,
            List<String> members,
            Optional<String> undoOf,
            boolean unseen) {
        this(kind, group, type, reason, changes, members, undoOf, unseen, Optional.empty(), Optional.empty());
    }

    public Intent parking(Optional<Parking> record) {
        return new Intent(kind, group, type, reason, changes, members, undoOf, unseen, record, redrive);
    }

    public Intent redriving(Redrive record) {
        return new Intent(kind, group, type, reason, changes, members, undoOf, unseen, parking, Optional.of(record));
    }
}
