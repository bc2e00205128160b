package dev.fathom.group;

import dev.fathom.cluster.ClusterException;
import dev.fathom.lag.GroupSummary;
import dev.fathom.page.Page;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A page of groups.
 *
 * @param page the groups, each with what is known of it
 * @param problems what went wrong with single groups, by id; those groups are not on the page
 * @param missing one problem for each broker whose groups are not listed
 */
public record GroupList(
        Page<GroupSummary> page,
        Map<String, ClusterException> problems,
        List<ClusterException> missing,
        Instant observedAt) {}
