package dev.fathom.http.auth;

import dev.fathom.access.Access;
import dev.fathom.access.ForbiddenException;
import dev.fathom.access.ScopedCluster;
import dev.fathom.cluster.Arrival;
import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.Clusters;
import dev.fathom.cluster.Reachability;
import dev.fathom.config.Level;
import dev.fathom.http.request.InFlight;
import dev.fathom.operation.ClusterSurvey;
import dev.fathom.pool.definition.Spec;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.SortedSet;
import java.util.TreeSet;

/** The clusters as the caller of the current request may see them. Resources ask for clusters here and nowhere else. */
@ApplicationScoped
public class CallerClusters {

    private final Clusters clusters;
    private final CurrentCaller caller;

    /** The one that is answered now. */
    private final RoutingContext request;

    CallerClusters(Clusters clusters, CurrentCaller caller, RoutingContext request) {
        this.clusters = clusters;
        this.caller = caller;
        this.request = request;
    }

    /** When the request came that is answered now. */
    public Arrival arrival() {
        return InFlight.arrival(request);
    }

    public Access access() {
        return caller.access();
    }

    /** Those the caller may see anything of. */
    public SortedSet<String> names() {
        SortedSet<String> names = new TreeSet<>(clusters.names());
        names.removeIf(name -> !access().onCluster(Level.VIEWER, name));
        return names;
    }

    /**
     * A handle that shows what the caller may see. Its deadline counts from when the request came.
     *
     * @throws ForbiddenException when that is nothing, whether or not there is such a cluster
     */
    public Cluster named(String name, boolean fresh) {
        access().needCluster(Level.VIEWER, name);
        return view(clusters.named(name, fresh, arrival()), Level.VIEWER);
    }

    /** The same, for a question that several clusters are asked: it leaves time to gather what they answer. */
    public Cluster oneOfSeveral(String name, boolean fresh) {
        access().needCluster(Level.VIEWER, name);
        return view(clusters.named(name, fresh, ClusterSurvey.leavingTime(arrival())), Level.VIEWER);
    }

    /** A handle for a change of a group: what the caller may not change is not there; all of it to who may only look. */
    public Cluster toChange(String name, String group) {
        return toChange(clusters.named(name, true, arrival()), group);
    }

    /** The same, of a handle that somebody else made. */
    public Cluster toChange(Cluster whole, String group) {
        access().needGroup(Level.VIEWER, whole.name(), group);
        boolean may = access().onGroup(Level.OPERATOR, whole.name(), group);
        return view(whole, may ? Level.OPERATOR : Level.VIEWER);
    }

    /** @param level what of a group is shown: that which the caller has at least this level on */
    private Cluster view(Cluster whole, Level level) {
        Access access = access();
        return access.onWholeCluster(Level.ADMIN, whole.name()) && access.toAllRecords(whole.name())
                ? whole
                : new ScopedCluster(whole, access, level);
    }

    public Reachability reachability(String name) {
        return clusters.reachability(name);
    }

    /** @throws ForbiddenException unless the caller has the level on the group and on every topic it reads */
    public void needConsumer(Level level, String cluster, Spec spec) {
        access().needGroup(level, cluster, spec.groupId());
        spec.topics().forEach(topic -> access().needGroupsTopic(level, cluster, spec.groupId(), topic));
    }

    /** Whether the caller may see a consumer. */
    public boolean sees(String cluster, Spec spec) {
        return access().onGroup(Level.VIEWER, cluster, spec.groupId())
                && spec.topics().stream()
                        .allMatch(topic -> access().onGroupsTopic(Level.VIEWER, cluster, spec.groupId(), topic));
    }

    /**
     * Whoever defines a consumer has its records sent somewhere, so has to be allowed to read them, and to change where they
     * go.
     *
     * @throws ForbiddenException when not
     */
    public void needToDefine(String cluster, Spec spec) {
        needConsumer(Level.ADMIN, cluster, spec);
        spec.topics().forEach(topic -> access().needRecords(cluster, topic));
        spec.sink().topic().ifPresent(topic -> access().needTopic(Level.ADMIN, cluster, topic));
        spec.faults().deadLetterTopic().ifPresent(topic -> access().needTopic(Level.ADMIN, cluster, topic));
    }
}
