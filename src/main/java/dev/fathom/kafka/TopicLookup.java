package dev.fathom.kafka;

import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Topic;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;

/**
 * Topics for one request: from what is remembered of the cluster, or, for a request that wants everything fresh, asked for
 * again, but each only once.
 */
final class TopicLookup {

    private final Topology topology;
    private final Admin admin;
    private final Deadline deadline;
    private final Answers answers;
    private final boolean fresh;
    private final Set<String> askedHere = new HashSet<>();

    TopicLookup(Topology topology, Admin admin, Deadline deadline, Answers answers, boolean fresh) {
        this.topology = topology;
        this.admin = admin;
        this.deadline = deadline;
        this.answers = answers;
        this.fresh = fresh;
    }

    synchronized Map<String, Outcome<Topic>> of(Collection<String> names) {
        List<String> unknown = new ArrayList<>();
        List<String> known = new ArrayList<>();
        for (String name : names) {
            (fresh && askedHere.add(name) ? unknown : known).add(name);
        }
        Map<String, Outcome<Topic>> topics = topology.of(known, false, admin, deadline, answers);
        if (!unknown.isEmpty()) {
            topics.putAll(topology.of(unknown, true, admin, deadline, answers));
        }
        return topics;
    }

    /** Asks again, whatever is remembered. */
    synchronized Map<String, Outcome<Topic>> again(Collection<String> names) {
        askedHere.addAll(names);
        return topology.of(names, true, admin, deadline, answers);
    }
}
