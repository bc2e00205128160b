package dev.fathom.lag;

import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.GroupListing;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One group in a list.
 *
 * @param description who is in it
 * @param topics those it has committed to or is assigned
 * @param lag what it is behind; empty when not asked for
 */
public record GroupSummary(
        GroupListing listing, @Nullable GroupDescription description, Set<String> topics, Optional<LagTotals> lag) {

    /** Its description, of a group that was measured. */
    public GroupDescription described() {
        return Objects.requireNonNull(description, "it was listed alone");
    }
}
