package dev.fathom.reset;

import dev.fathom.cluster.GroupType;
import dev.fathom.operation.Blocker;
import dev.fathom.operation.Blocker.Why;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What stands in the way of moving a group, whatever it is moved by, and what should be known before. */
final class Obstacles {

    private Obstacles() {}

    /** @param waits whether the group may have members, since the move waits for them to go */
    static List<Blocker> inTheWay(
            Situation situation, boolean waits, boolean acknowledgeInUse, boolean acknowledgeStateKept) {
        List<Blocker> all = new ArrayList<>(situation.obstacles());
        situation.description().ifPresent(group -> {
            if (!waits) {
                Blocker.notEmpty(group).ifPresent(all::add);
            }
            Blocker.lacking(group, "read", "Read").ifPresent(all::add);
        });
        if (situation.inUse() && !acknowledgeInUse) {
            all.add(Blocker.inUse(situation.group().id()));
        }
        if (!situation.internalTopics().isEmpty() && !acknowledgeStateKept) {
            all.add(Blocker.of(
                            Why.STATE_KEPT,
                            "Group \"" + situation.group().id()
                                    + "\" is a Kafka Streams application: its state stores and "
                                    + situation.internalTopics().size()
                                    + " internal topics stay as they are, so what it reads again is added to what it had. If that"
                                    + " is what you want, send acknowledgeStateKept: true.")
                    .liftedBy("acknowledgeStateKept"));
        }
        all.addAll(ofTopics(situation));
        return all;
    }

    static List<Blocker> ofTopics(Situation situation) {
        List<Blocker> all = new ArrayList<>();
        for (String topic : topics(situation)) {
            Set<String> rights = situation.rights().get(topic);
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

    private static Set<String> topics(Situation situation) {
        Set<String> topics = new TreeSet<>();
        situation.aims().forEach(aim -> topics.add(aim.partition().topic()));
        return topics;
    }

    static List<Plan.Warning> warnings(Situation situation) {
        List<Plan.Warning> warnings = new ArrayList<>();
        if (!situation.internalTopics().isEmpty()) {
            warnings.add(new Plan.Warning(
                    Plan.What.STATE_KEPT,
                    "State stores and internal topics are not reset with the offsets.",
                    situation.internalTopics()));
        }
        if (situation.group().type() == GroupType.SHARE) {
            warnings.add(new Plan.Warning(
                    Plan.What.DELIVERY_STATE_DISCARDED,
                    "What is known of single records (acquired, retried, acknowledged) is discarded with the move.",
                    List.copyOf(topics(situation))));
        }
        return warnings;
    }
}
