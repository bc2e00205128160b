package dev.fathom.http.change;

import dev.fathom.access.Access;
import dev.fathom.access.ForbiddenException;
import dev.fathom.cluster.Cluster;
import dev.fathom.config.Level;
import dev.fathom.http.problem.RequestedChange;
import dev.fathom.http.request.Ids;
import dev.fathom.http.request.JsonBody;
import dev.fathom.operation.Blocker;
import dev.fathom.operation.RefusedException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call that changes something, until it is known that it may. Whatever the operation, what is wrong with a call is told in one
 * order: ids that cannot be decoded, a cluster that is not there, what the caller may not do with what the path names (a dry run
 * only looks), a read-only cluster; then, of an {@link AllowedChange}, what its body or its parameters say, what the caller may
 * not do with what those name, the guard, the idempotency key, and what comes of doing it.
 */
public final class ChangeCall {

    private final ChangeCalls calls;
    private final JsonBody body;
    private final boolean dryRun;
    private final Runnable sane;
    private @Nullable String ifMatch;
    private @Nullable String idempotencyKey;

    /** @param sane throws when the call does not say properly whether it is a dry run */
    ChangeCall(ChangeCalls calls, JsonBody body, boolean dryRun, Runnable sane) {
        this.calls = calls;
        this.body = body;
        this.dryRun = dryRun;
        this.sane = sane;
    }

    /** @param etag of the dry run whose plan is to stand still; null for none */
    public ChangeCall guardedBy(@Nullable String etag) {
        ifMatch = etag;
        return this;
    }

    /** @param key that makes the call happen once; null for none */
    public ChangeCall keyedBy(@Nullable String key) {
        idempotencyKey = key;
        return this;
    }

    /** What the caller needs: the level of the operation, or for a dry run that of who may look. */
    public Level level() {
        return level(RequestedChange.level(calls.request));
    }

    /** The same of a change that needs more than its operation does. */
    public Level level(Level ofChange) {
        return dryRun ? Level.VIEWER : ofChange;
    }

    /** @throws ForbiddenException unless the caller has the level on the group */
    public AllowedChange onGroup(String cluster, String segment) {
        String group = Ids.decode("group", segment);
        Cluster handle = calls.clusters.toChange(cluster, group);
        access().needGroup(level(), cluster, group);
        return on(handle, group);
    }

    /** @throws ForbiddenException unless the caller has the level on the group, whatever topics it reads */
    public AllowedChange onWholeGroup(String cluster, String segment) {
        String group = Ids.decode("group", segment);
        Cluster handle = calls.clusters.toChange(cluster, group);
        access().needWholeGroup(level(), cluster, group);
        return on(handle, group);
    }

    /** @throws ForbiddenException unless the caller has the level on all groups and topics */
    public AllowedChange onWholeCluster(String cluster) {
        Cluster handle = calls.clusters.named(cluster, true);
        access().needWholeCluster(level(), cluster);
        return on(handle, "");
    }

    /** A managed consumer. What the caller needs on its group and topics is known once it is found. */
    public AllowedChange onConsumer(String cluster, String segment) {
        return onCluster(cluster, Ids.decode("name", segment));
    }

    /** Something new on a cluster. What the caller needs on it is known once the body is read. */
    public AllowedChange onCluster(String cluster) {
        return onCluster(cluster, "");
    }

    private AllowedChange onCluster(String cluster, String id) {
        Cluster handle = calls.clusters.named(cluster, true);
        access().needCluster(level(), cluster);
        return on(handle, id);
    }

    /** What was found otherwise, and the caller has the level on. */
    public AllowedChange on(Cluster cluster, String id) {
        if (cluster.readOnly() && !dryRun) {
            throw new RefusedException(List.of(Blocker.readOnly(cluster.name())));
        }
        sane.run();
        return new AllowedChange(calls, cluster, id, level(), body, dryRun, ifMatch, idempotencyKey);
    }

    private Access access() {
        return calls.clusters.access();
    }
}
