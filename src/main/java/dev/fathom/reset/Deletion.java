package dev.fathom.reset;

import java.util.Optional;

/**
 * What is to be deleted from a group.
 *
 * @param wholeGroup the group itself, with all it committed
 * @param topic the commits of one topic; empty for all
 * @param partition of one partition of it; empty for all
 * @param acknowledgeInUse deletes although the group seems to be in use by assign()
 * @param acknowledgeUnseen deletes a group although it may have commits that the service may not see
 * @param stable whether a commit that an open transaction holds is in the way
 */
public record Deletion(
        boolean wholeGroup,
        Optional<String> topic,
        Optional<Integer> partition,
        boolean acknowledgeInUse,
        boolean acknowledgeUnseen,
        boolean stable,
        Optional<String> reason) {}
