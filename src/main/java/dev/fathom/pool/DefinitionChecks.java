package dev.fathom.pool;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.Member;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Required;
import dev.fathom.cluster.Topic;
import dev.fathom.group.Groups;
import dev.fathom.operation.Blocker;
import dev.fathom.operation.ConflictException;
import dev.fathom.operation.RefusedException;
import dev.fathom.pool.definition.Definition;
import dev.fathom.pool.definition.DefinitionConflicts;
import dev.fathom.pool.definition.Spec;
import dev.fathom.pool.definition.SpecErrors.SpecError;
import dev.fathom.pool.definition.SpecRules;
import dev.fathom.pool.worker.Assignment;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Whether a spec fits its cluster and the consumers that exist. */
@ApplicationScoped
class DefinitionChecks {

    private final Pools pools;
    private final Groups groups;

    DefinitionChecks(Pools pools, Groups groups) {
        this.pools = pools;
        this.groups = groups;
    }

    /**
     * @param others every definition on the cluster
     * @throws DefinitionRefusedException with everything in it that does not exist or does not fit
     * @throws ConflictException when it conflicts with another definition
     * @throws ClusterException {@code NOT_AUTHORIZED} when the service may not do what it asks for
     * @throws RefusedException when the group is the service's own, or has members that are strangers
     */
    void check(Cluster cluster, String name, Spec spec, Collection<Definition> others) {
        List<SpecError> errors = new ArrayList<>();
        topics(cluster, spec, errors);
        pools.sinks()
                .refusal(spec.sink())
                .ifPresent(refusal -> errors.add(new SpecError(refusal.getKey(), refusal.getValue())));
        if (!errors.isEmpty()) {
            throw new DefinitionRefusedException(errors);
        }
        DefinitionConflicts.conflict(name, spec, others).ifPresent(why -> {
            throw new ConflictException(why);
        });
        rights(cluster, spec);
        Blocker.own(spec.groupId()).ifPresent(own -> {
            throw new RefusedException(List.of(own));
        });
    }

    private static void topics(Cluster cluster, Spec spec, List<SpecError> errors) {
        Map<String, String> pointers = new HashMap<>();
        for (int i = 0; i < spec.topics().size(); i++) {
            pointers.put(spec.topics().get(i), "/topics/" + i);
        }
        spec.faults().deadLetterTopic().ifPresent(topic -> pointers.putIfAbsent(topic, SpecRules.DEAD_LETTER_TOPIC));
        spec.sink().topic().ifPresent(topic -> pointers.putIfAbsent(topic, SpecRules.SINK_TOPIC));
        Set<String> names = new LinkedHashSet<>(pointers.keySet());
        Map<String, Outcome<Topic>> found = cluster.topics(names);
        names.stream().sorted().forEach(topic -> {
            Optional<ClusterException> problem = Required.in(found, topic).problem();
            if (Blocker.isOwn(topic)
                    || Required.in(found, topic).value().filter(Topic::internal).isPresent()) {
                errors.add(new SpecError(
                        Required.in(pointers, topic),
                        "\"" + topic + "\" is a topic that Kafka or the service runs on."));
            } else if (problem.filter(why -> why.reason() == Reason.TOPIC_NOT_FOUND)
                    .isPresent()) {
                errors.add(new SpecError(
                        Required.in(pointers, topic),
                        "cluster \"" + cluster.name() + "\" has no topic \"" + topic + "\"; topics are not made by"
                                + " themselves."));
            } else if (problem.isPresent()) {
                throw problem.get();
            }
        });
    }

    private static void rights(Cluster cluster, Spec spec) {
        Set<String> names = new LinkedHashSet<>(spec.topics());
        names.addAll(DefinitionConflicts.targets(spec));
        Map<String, Outcome<Set<String>>> rights = cluster.topicRights(names);
        spec.topics().forEach(topic -> need("Read", topic, rights));
        DefinitionConflicts.targets(spec).forEach(topic -> need("Write", topic, rights));
    }

    private static void need(String right, String topic, Map<String, Outcome<Set<String>>> rights) {
        if (!Required.in(rights, topic).orThrow().contains(right.toUpperCase(Locale.ROOT))) {
            throw new ClusterException(
                    Reason.NOT_AUTHORIZED,
                    "The cluster's ACLs do not let the service do this: it needs " + right + " on topic \"" + topic
                            + "\".");
        }
    }

    /**
     * Members of the group that are not the consumer's own, and a group of a kind that consumers cannot join.
     *
     * @param own empty for a consumer that does not exist yet
     */
    Optional<Blocker> strangers(Cluster cluster, String group, Optional<Definition> own) {
        Optional<GroupDescription> described = describe(cluster, group);
        described.filter(found -> !found.type().takesConsumers()).ifPresent(found -> {
            throw new DefinitionRefusedException(List.of(new SpecError(
                    "/groupId",
                    "group \"" + group + "\" is a " + found.type().wireName() + " group; consumers cannot join"
                            + " it.")));
        });
        List<Member> strangers = described.map(GroupDescription::members).orElse(List.of()).stream()
                .filter(member -> own.filter(definition -> Assignment.isOwn(definition, member.clientId()))
                        .isEmpty())
                .toList();
        return strangers.isEmpty()
                ? Optional.empty()
                : Optional.of(new Blocker(
                        Blocker.Why.GROUP_NOT_EMPTY,
                        "Group \"" + group + "\" has " + strangers.size()
                                + (strangers.size() == 1 ? " member" : " members")
                                + " that this consumer does not run; stop them first.",
                        strangers,
                        Optional.empty()));
    }

    private Optional<GroupDescription> describe(Cluster cluster, String group) {
        try {
            return Optional.of(groups.described(cluster, group));
        } catch (ClusterException e) {
            if (e.reason() != Reason.GROUP_NOT_FOUND) {
                throw e;
            }
            return Optional.empty();
        }
    }
}
