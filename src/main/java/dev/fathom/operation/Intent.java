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
 */
public record Intent(
        Kind kind,
        String group,
        GroupType type,
        Optional<String> reason,
        List<Change> changes,
        List<String> members,
        Optional<String> undoOf,
        boolean unseen) {}
