package dev.fathom.reset;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.LogRecord;
import dev.fathom.operation.Caller;
import dev.fathom.operation.ChangeRunner.Done;
import dev.fathom.operation.Parking;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Parks the record that a group cannot get past: copies it to another topic, and, once every in-sync replica has the copy, moves
 * the group behind it. Whoever dies in between leaves a copy and a group that did not move, and the next one finds the copy.
 */
@ApplicationScoped
public class Parks {

    private final ParkFinder finder;
    private final Mover mover;

    Parks(ParkFinder finder, Mover mover) {
        this.finder = finder;
        this.mover = mover;
    }

    /**
     * A record that is parked, or would be.
     *
     * @param move what becomes of the group
     * @param record as it lies in its topic
     * @param parking where to
     * @param partition of the parking topic
     * @param already whether the copy was there before
     * @param whole whether the parking topic was searched as far as a copy could be
     */
    public record Parked(Move move, LogRecord record, Parking parking, int partition, boolean already, boolean whole) {

        static Parked of(Move move, ParkProposal proposal) {
            return new Parked(
                    move,
                    proposal.found().record(),
                    proposal.parking().orElseThrow(),
                    proposal.found()
                            .topic()
                            .partitionFor(proposal.request().partition())
                            .partition(),
                    proposal.found().already(),
                    proposal.found().whole());
        }
    }

    /**
     * @throws UnplannableException when the group stands at no record, or not at the one that is meant; when there is no such
     *     topic to park it in
     */
    public Parked dryRun(Cluster cluster, String group, ParkRequest request) {
        ParkProposal proposal = finder.find(cluster, group, request);
        return Parked.of(mover.dryRun(cluster, proposal), proposal);
    }

    /**
     * Parks it; see {@link Resets#apply} for what else can go wrong.
     *
     * @throws dev.fathom.cluster.ClusterException when the topic refuses the copy: then nothing was changed; or when it is not
     *     known whether it took it: then the group was not moved
     */
    public Parked apply(Cluster cluster, String group, ParkRequest request, Guard guard, Caller caller) {
        guard.demand(cluster.name(), cluster.requirePlan());
        Planned planned = mover.allowed(cluster, finder.find(cluster, group, request), guard);
        Done<OffsetMove> done = mover.carryOut(cluster, planned, guard, caller);
        Move move = Mover.done(done);
        return done.change().planned().proposal() instanceof ParkProposal parked
                ? Parked.of(move, parked)
                : unexpected(move);
    }

    private static Parked unexpected(Move move) {
        throw new IllegalStateException("not a park: " + move.operation().orElse("none"));
    }
}
