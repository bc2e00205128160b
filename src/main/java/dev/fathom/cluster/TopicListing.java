package dev.fathom.cluster;

public record TopicListing(String name, String topicId, boolean internal) {}
