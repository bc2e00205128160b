package dev.fathom.pool;

import dev.fathom.pool.worker.MemberReport;

/**
 * A member as this replica knows it.
 *
 * @param stale whether its report is overdue: its replica may be gone
 */
public record MemberView(MemberReport report, boolean stale) {}
