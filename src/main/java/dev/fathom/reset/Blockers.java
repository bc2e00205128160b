package dev.fathom.reset;

import dev.fathom.cluster.GroupType;
import dev.fathom.operation.Blocker;
import dev.fathom.operation.Blocker.Why;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What stands in the way of moving a group, whatever it is moved by, and what should be known before. */
final class Blockers {

    private Blockers() {}

    /** @param waits whether the group may have members, since the move waits for them to go */
    static List<Blocker> inTheWay(
            ResetSnapshot snapshot, boolean waits, boolean acknowledgeInUse, boolean acknowledgeStateKept) {
        List<Blocker> all = new ArrayList<>(snapshot.blockers());
        snapshot.description().ifPresent(group -> {
            if (!waits) {
                Blocker.notEmpty(group).ifPresent(all::add);
            }
            Blocker.lacking(group, "read", "Read").ifPresent(all::add);
        });
        if (snapshot.inUse() && !acknowledgeInUse) {
            all.add(Blocker.inUse(snapshot.group().id()));
        }
        if (!snapshot.internalTopics().isEmpty() && !acknowledgeStateKept) {
            all.add(Blocker.of(
                            Why.STATE_KEPT,
                            "Group \"" + snapshot.group().id()
                                    + "\" is a Kafka Streams application: its state stores and "
                                    + snapshot.internalTopics().size()
                                    + " internal topics stay as they are, so what it reads again is added to what it had. If that"
                                    + " is what you want, send acknowledgeStateKept: true.")
                    .liftedBy("acknowledgeStateKept"));
        }
        all.addAll(ofTopics(snapshot));
        return all;
    }

    static List<Blocker> ofTopics(ResetSnapshot snapshot) {
        List<Blocker> all = new ArrayList<>();
        for (String topic : topics(snapshot)) {
            Set<String> rights = snapshot.rights().get(topic);
            if (Blocker.isOwn(topic)) {
                all.add(Blocker.of(Why.OWN, "Topic \"" + topic + "\" is one the service itself runs on."));
            } else if (rights != null && !rights.contains("READ")) {
                all.add(Blocker.of(
                        Why.NOT_AUTHORIZED,
                        "The cluster's ACLs do not let the service do this: it needs Read on topic \"" + topic
                                + "\"."));
            }
        }
        return all;
    }

    private static Set<String> topics(ResetSnapshot snapshot) {
        Set<String> topics = new TreeSet<>();
        snapshot.targets().forEach(target -> topics.add(target.partition().topic()));
        return topics;
    }

    static List<Plan.Warning> warnings(ResetSnapshot snapshot) {
        List<Plan.Warning> warnings = new ArrayList<>();
        if (!snapshot.internalTopics().isEmpty()) {
            warnings.add(new Plan.Warning(
                    Plan.What.STATE_KEPT,
                    "State stores and internal topics are not reset with the offsets.",
                    snapshot.internalTopics()));
        }
        if (snapshot.group().type() == GroupType.SHARE) {
            warnings.add(new Plan.Warning(
                    Plan.What.DELIVERY_STATE_DISCARDED,
                    "What is known of single records (acquired, retried, acknowledged) is discarded with the move.",
                    List.copyOf(topics(snapshot))));
        }
        return warnings;
    }
}
