/**
 * Where the records of managed consumers go. A {@link dev.fathom.pool.sink.Sink} takes one record at a time from its member
 * and says later, on a thread of its own, what became of it; it never blocks its caller for the other end. What it says is a
 * {@link dev.fathom.pool.sink.Verdict}; whether to try again is the member's business.
 */
package dev.fathom.pool.sink;
