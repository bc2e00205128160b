package dev.fathom.cluster;

/** An answer on its way: the call was sent, {@link #await} waits for it. Send all calls first, then wait for all. */
@FunctionalInterface
public interface Pending<T> {

    /**
     * The answer, at the latest when the deadline of the {@link Cluster} handle has passed.
     *
     * @throws ClusterException when the question as a whole got no answer
     */
    T await();
}
