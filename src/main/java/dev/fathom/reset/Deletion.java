package dev.fathom.reset;

import java.util.Optional;

/**
 * What is to be deleted from a group.
 *
 * @param wholeGroup the group itself, with all it committed
 * @param topic the commits of one topic; empty for all
 * @param partition of one partition of it; empty for all
 */
public record Deletion(
        boolean wholeGroup,
        Optional<String> topic,
        Optional<Integer> partition,
        boolean acknowledgeInUse,
        Optional<String> reason) {}
