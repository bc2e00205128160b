package dev.fathom.access;

import dev.fathom.config.Level;

/**
 * What a user or role is given: so much, on clusters, groups and topics that match.
 *
 * @param records whether records may be read, which is a permission of its own
 */
public record Grant(Level level, NamePatterns clusters, NamePatterns groups, NamePatterns topics, boolean records) {

    boolean covers(Level wanted, String cluster) {
        return level.includes(wanted) && clusters.allow(cluster);
    }
}
