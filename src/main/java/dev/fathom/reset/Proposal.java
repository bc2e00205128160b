package dev.fathom.reset;

import dev.fathom.cluster.Cluster;
import dev.fathom.operation.Blocker.Acknowledgement;
import dev.fathom.operation.Deferral;
import dev.fathom.operation.Parking;
import dev.fathom.reset.GroupReader.Look;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Something somebody wants done to the commits of a group. It is two functions: one that asks the cluster everything the plan
 * needs, and one that plans and asks nothing. Proposals are immutable: all that was found is in the snapshot.
 */
interface Proposal {

    String group();

    ChangeRequest request();

    /** Everything that decides what is done, for the tag of its plans; the same in every version, which may apply them. */
    String canonical();

    default Set<Acknowledgement> acknowledged() {
        return request().acknowledged();
    }

    /** Where commits of open transactions are looked for. */
    Look look();

    /** Whether it is about everything the group has committed, seen or not. */
    default boolean concernsEverything() {
        return false;
    }

    /** Whether it waits for the group to be empty. */
    default boolean waits() {
        return request().waiting().forEmpty().isPresent();
    }

    /** The operation it puts back. */
    default Optional<String> undoOf() {
        return Optional.empty();
    }

    /** The record that is copied before the group moves past it. */
    default Optional<Parking> parking() {
        return Optional.empty();
    }

    /** The same once that is done which must stand before any commit is touched; see {@code JournaledChange.prepared}. */
    default Proposal prepared(Cluster cluster) {
        return this;
    }

    /** How it is journaled while it waits; empty when it does not wait. */
    default Optional<Deferral> deferral(Instant now) {
        return Optional.empty();
    }

    /** @throws UnplannableException when it does not fit what is there, whatever a plan would say */
    ResetSnapshot survey(SnapshotReader reader, Cluster cluster);

    /** @throws UnplannableException when it cannot be done as asked */
    Plan plan(ResetSnapshot snapshot);
}
