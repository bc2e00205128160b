/**
 * Where the pool keeps what all replicas must know: definitions in one compacted topic, member reports in
 * another. {@link dev.fathom.pool.store.PoolLog} reads both, {@link dev.fathom.pool.store.Definitions} changes the one by
 * compare-and-set, {@link dev.fathom.pool.store.StatusBoard} writes the other. The stored form is JSON and stays here.
 */
package dev.fathom.pool.store;
