package dev.fathom.pool;

import dev.fathom.pool.worker.MemberReport;

/**
 * A member as it can be told here.
 *
 * @param stale whether it should have said something since: its replica may be gone
 */
public record MemberView(MemberReport report, boolean stale) {}
