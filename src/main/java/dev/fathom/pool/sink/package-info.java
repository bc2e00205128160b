/**
 * Where the records of managed consumers go. A {@link dev.fathom.pool.sink.Sink} takes one record at a time from its member
 * and says later, on a thread of its own, what became of it; it never blocks its caller for the other end. It answers with a
 * {@link dev.fathom.pool.sink.Verdict}; whether to try again is the member's business. What is particular to a kind of sink,
 * from how it is written in a definition to how it is opened, is its {@link dev.fathom.pool.sink.SinkKind}.
 */
package dev.fathom.pool.sink;
