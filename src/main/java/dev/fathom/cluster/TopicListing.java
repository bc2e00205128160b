package dev.fathom.cluster;

/** One topic as the brokers list it. */
public record TopicListing(String name, String topicId, boolean internal) {}
