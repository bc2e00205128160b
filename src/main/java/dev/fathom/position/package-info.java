/**
 * The grammar of places in a log: one parser and one notation wherever a caller names a place, in JSON and in queries.
 *
 * <p>A {@link dev.fathom.position.Position} says which {@link dev.fathom.cluster.LogPoint} the brokers must be asked
 * for, if any, and what offset follows from the answer. It never clamps: whether an offset outside the log is an error
 * is the caller's to say. Called by {@code topic} and {@code http}; asks nothing itself.
 */
package dev.fathom.position;
