package dev.fathom.topic;

/** What a consumer's seek would give: an offset inside the log, and the log's borders. */
public record SoughtOffset(long offset, long firstOffset, long lastOffset) {}
