/**
 * The grammar of places in a log: one parser and one notation wherever a caller names a place, in JSON and in queries.
 *
 * <p>A {@link dev.fathom.position.Position} says which {@link dev.fathom.cluster.LogPoint} the brokers must be asked
 * for, if any, and what {@link dev.fathom.position.Place} follows from the answer.
 * {@link dev.fathom.position.PositionResolver} asks for many at once. Nothing here clamps: whether an offset outside the log
 * is an error is for the caller to say.
 */
package dev.fathom.position;
