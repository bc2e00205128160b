package dev.fathom.reset;

import dev.fathom.operation.Blocker;
import dev.fathom.operation.Blocker.Acknowledgement;
import dev.fathom.operation.Blocker.Why;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What blocks a move of a group, whatever moves it, and what should be known before. */
final class Blockers {

    private Blockers() {}

    /** Those that nobody has acknowledged. */
    static List<Blocker> without(Set<Acknowledgement> acknowledged, List<Blocker> blockers) {
        return blockers.stream()
                .filter(blocker -> !blocker.isLiftedBy(acknowledged))
                .toList();
    }

    static List<Blocker> ofMove(ResetSnapshot snapshot) {
        List<Blocker> all = new ArrayList<>(snapshot.blockers());
        snapshot.description().ifPresent(group -> {
            if (!snapshot.mayHaveMembers()) {
                Blocker.notEmpty(group).ifPresent(all::add);
            }
            Blocker.lacking(group, "read", "Read").ifPresent(all::add);
        });
        if (snapshot.inUse()) {
            all.add(Blocker.inUse(snapshot.group().id()));
        }
        if (!snapshot.internalTopics().isEmpty()) {
            all.add(Blocker.of(
                            Why.STATE_KEPT,
                            "Group \"" + snapshot.group().id()
                                    + "\" is a Kafka Streams application: its state stores and "
                                    + snapshot.internalTopics().size()
                                    + " internal topics are kept, so what it reads again is added to what it had.")
                    .unless(Acknowledgement.STATE_KEPT, "If that is what you want, send {}."));
        }
        all.addAll(ofTopics(snapshot));
        return all;
    }

    static List<Blocker> ofTopics(ResetSnapshot snapshot) {
        List<Blocker> all = new ArrayList<>();
        for (String topic : snapshot.targetTopics()) {
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

    static List<Plan.Warning> warnings(ResetSnapshot snapshot) {
        List<Plan.Warning> warnings = new ArrayList<>();
        if (!snapshot.internalTopics().isEmpty()) {
            warnings.add(new Plan.Warning(
                    Plan.What.STATE_KEPT,
                    "State stores and internal topics are not reset with the offsets.",
                    snapshot.internalTopics()));
        }
        warnings.addAll(discardedDeliveryState(snapshot));
        return warnings;
    }

    static List<Plan.Warning> discardedDeliveryState(ResetSnapshot snapshot) {
        return snapshot.group().type().movesDiscardDeliveryState()
                ? List.of(new Plan.Warning(
                        Plan.What.DELIVERY_STATE_DISCARDED,
                        "The delivery state of single records (acquired, retried, acknowledged) is discarded by the move.",
                        List.copyOf(snapshot.targetTopics())))
                : List.of();
    }
}
