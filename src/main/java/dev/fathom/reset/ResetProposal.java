package dev.fathom.reset;

import dev.fathom.cluster.Cluster;
import dev.fathom.operation.Deferral;
import dev.fathom.reset.GroupReader.Look;
import dev.fathom.reset.ResetRequest.Target;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;

/** A request to move a group. */
record ResetProposal(String group, ResetRequest request) implements Proposal {

    @Override
    public String canonical() {
        return canonical(request);
    }

    static String canonical(ResetRequest request) {
        return "reset|" + request.canonical();
    }

    @Override
    public Look look() {
        return request.policy().stable()
                ? new Look.At(request.targets().stream().map(Target::topic).collect(Collectors.toSet()))
                : new Look.Nowhere();
    }

    @Override
    public boolean concernsEverything() {
        return request.targets().isEmpty();
    }

    @Override
    public Optional<Deferral> deferral(Instant now) {
        return request.waiting().forEmpty().map(wait -> Resets.deferral(request, now.plus(wait)));
    }

    @Override
    public ResetSnapshot survey(SnapshotReader reader, Cluster cluster) {
        return reader.survey(cluster, this);
    }

    @Override
    public Plan plan(ResetSnapshot snapshot) {
        return Planner.plan(snapshot, request, acknowledged());
    }
}
