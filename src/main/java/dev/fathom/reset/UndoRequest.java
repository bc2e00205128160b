package dev.fathom.reset;

import java.util.Optional;

/**
 * How an operation is to be undone.
 *
 * @param overwriteChanged puts the old commit back although it is no longer the one the operation left
 * @param acknowledgeOutOfRange puts an old offset back although it lies outside the log now
 */
public record UndoRequest(
        boolean overwriteChanged,
        boolean acknowledgeOutOfRange,
        boolean acknowledgeInUse,
        boolean acknowledgeStateKept,
        Optional<String> reason) {}
