package dev.fathom.reset;

import java.util.Optional;

/**
 * How an operation is to be undone.
 *
 * @param overwriteChanged puts the old commit back although it is no longer the one the operation left
 * @param acknowledgeUnseen puts back what it can of an operation that deleted commits the service did not see
 * @param stable whether a commit that an open transaction holds is in the way
 * @param acknowledgeOutOfRange puts an old offset back although it lies outside the log now
 */
public record UndoRequest(
        boolean overwriteChanged,
        boolean acknowledgeOutOfRange,
        boolean acknowledgeInUse,
        boolean acknowledgeStateKept,
        boolean acknowledgeUnseen,
        boolean stable,
        Optional<String> reason) {}
