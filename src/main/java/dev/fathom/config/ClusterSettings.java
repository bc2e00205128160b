package dev.fathom.config;

import java.time.Duration;
import java.util.Map;

/**
 * What is set for one cluster.
 *
 * @param clientProperties for every Kafka client of the cluster, {@code bootstrap.servers} among them, secrets resolved
 * @param requirePlan whether every change must come with the tag of a dry run
 * @param callTimeout how long one request may take on it
 */
public record ClusterSettings(
        String name,
        Map<String, String> clientProperties,
        boolean readOnly,
        boolean requirePlan,
        Duration callTimeout) {

    /** Names the cluster and nothing else: the properties hold secrets. */
    @Override
    public String toString() {
        return "ClusterSettings[" + name + "]";
    }
}
