package dev.fathom.reset;

import java.util.Optional;

/** Which groups are the service's own consumers'. */
public interface ManagedGroups {

    /** The managed consumer that runs a group, by its name; empty when none does now. */
    Optional<String> consumerOf(String cluster, String group);
}
