package dev.fathom.reset;

import dev.fathom.operation.Blocker.Acknowledgement;
import java.util.Optional;
import java.util.Set;

/**
 * What is to be deleted from a group.
 *
 * @param wholeGroup the group itself, with all it committed
 * @param topic the commits of one topic; empty for all
 * @param partition of one partition of it; empty for all
 * @param acknowledged what is in the way and known
 * @param stable whether a commit that an open transaction holds is in the way
 */
public record Deletion(
        boolean wholeGroup,
        Optional<String> topic,
        Optional<Integer> partition,
        Set<Acknowledgement> acknowledged,
        boolean stable,
        Optional<String> reason)
        implements ChangeRequest {}
