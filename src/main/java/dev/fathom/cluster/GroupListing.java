package dev.fathom.cluster;

/**
 * One group as the brokers list it.
 *
 * @param type classic where the brokers do not say it (before 3.8): they know no other
 * @param protocol the protocol type the members use, {@code consumer} as a rule; empty for a group that was only ever
 *     committed to (by {@code assign()}, or made by a reset)
 * @param simple whether it is such a group
 */
public record GroupListing(String id, GroupType type, GroupState state, String protocol, boolean simple) {}
