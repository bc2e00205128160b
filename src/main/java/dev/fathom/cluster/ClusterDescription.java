package dev.fathom.cluster;

import java.util.List;
import java.util.OptionalInt;

/**
 * What a cluster says of itself.
 *
 * @param clusterId the id given when it was formatted
 * @param brokers the brokers alive now, by id
 * @param controller the broker to ask for changes; empty while there is none
 */
public record ClusterDescription(String clusterId, List<Broker> brokers, OptionalInt controller) {}
