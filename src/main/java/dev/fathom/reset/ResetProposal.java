package dev.fathom.reset;

import dev.fathom.cluster.Cluster;
import java.util.Optional;

/** A request to move a group. */
final class ResetProposal implements Proposal {

    private final SnapshotReader reader;
    private final String group;
    private final ResetRequest request;
    private ResetSnapshot snapshot;
    private boolean leavesUnseen;

    ResetProposal(SnapshotReader reader, String group, ResetRequest request) {
        this.reader = reader;
        this.group = group;
        this.request = request;
    }

    @Override
    public String group() {
        return group;
    }

    @Override
    public Optional<String> reason() {
        return request.reason();
    }

    @Override
    public String canonical() {
        return canonical(request);
    }

    static String canonical(ResetRequest request) {
        return "reset|" + request.canonical();
    }

    @Override
    public boolean waits() {
        return request.waitForEmpty().isPresent();
    }

    @Override
    public Plan plan(Cluster cluster) {
        snapshot = reader.survey(cluster, group, request);
        leavesUnseen = request.targets().isEmpty() && !cluster.canDescribeAllTopics();
        return planned(request);
    }

    private Plan planned(ResetRequest asked) {
        Plan plan = Planner.plan(snapshot, asked);
        return leavesUnseen ? plan.leavingUnseen() : plan;
    }

    @Override
    public Plan planAgain(Cluster cluster) {
        // It has come to this, so the waiting is over: a group that is occupied again is in the way.
        ResetRequest now = request.withoutWaiting();
        snapshot = reader.again(cluster, snapshot, SnapshotReader.look(now), now.acknowledgeInUse());
        return planned(now);
    }
}
