package dev.fathom.pool.worker;

import dev.fathom.pool.definition.Definition;
import java.util.Map;

/**
 * What a member is told when it is made.
 *
 * @param cluster the name the cluster is configured under
 * @param clusterId the cluster's own id
 * @param replica the process it runs in
 * @param connection what every Kafka client of the cluster is made with; holds secrets
 * @param paused whether it begins paused
 */
public record Assignment(
        String cluster,
        String clusterId,
        Definition definition,
        int slot,
        String replica,
        Map<String, Object> connection,
        boolean paused) {

    /** The name its client has in the group, by which it can be told from a stranger. */
    public String clientId() {
        return prefix(definition) + slot + "." + definition.uid();
    }

    /** How many partitions it owns once all members are there, at most; at least one. */
    int likelyPartitions() {
        int all = definition.known().values().stream()
                .mapToInt(Definition.KnownTopic::partitions)
                .sum();
        int members = definition.spec().members();
        return Math.max(1, (all + members - 1) / members);
    }

    /** Whether a member of a group, by its client id, is one of a definition's own. */
    public static boolean isOwn(Definition definition, String clientId) {
        return clientId.startsWith(prefix(definition)) && clientId.endsWith("." + definition.uid());
    }

    private static String prefix(Definition definition) {
        return "fathom." + definition.name() + ".";
    }

    @Override
    public String toString() {
        return clientId();
    }
}
