package dev.fathom.kafka;

import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.GroupListing;
import dev.fathom.cluster.GroupState;
import dev.fathom.cluster.GroupType;
import dev.fathom.cluster.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks the coordinators of groups that no broker listed whether there is such a group. A group that is in no listing may be
 * kept where nobody answers for it now: only its coordinator can say that it does not exist.
 */
final class Coordinators {

    /** In bytes: no request can carry a longer one, which ends the client that is asked for it. */
    private static final int LONGEST_ID = Short.MAX_VALUE;

    private final String cluster;
    private final OffsetsTopic kept;
    private final Asking asking;
    private final GroupDescriber describer;

    Coordinators(String cluster, OffsetsTopic kept, Asking asking, GroupDescriber describer) {
        this.cluster = cluster;
        this.kept = kept;
        this.asking = asking;
        this.describer = describer;
    }

    Map<String, Outcome<GroupListing>> ask(Collection<String> ids) {
        Map<String, Outcome<GroupListing>> answered = new LinkedHashMap<>();
        List<GroupListing> asked = new ArrayList<>();
        // To ask for a coordinator makes the topic, where it is not there.
        boolean noGroupEver = kept.isMissing(asking);
        for (String id : ids) {
            boolean nowhere = noGroupEver || id.getBytes(StandardCharsets.UTF_8).length > LONGEST_ID;
            Optional<String> silent = nowhere ? Optional.empty() : kept.silentAbout(id, asking);
            if (nowhere) {
                answered.put(id, Outcome.failed(ClusterException.groupNotFound(cluster, id)));
            } else if (silent.isPresent()) {
                answered.put(id, Outcome.failed(unknown(id, silent.get(), null)));
            } else {
                asked.add(new GroupListing(id, GroupType.CLASSIC, GroupState.UNKNOWN, "", false));
            }
        }
        if (!asked.isEmpty()) {
            describer.describe(asked).await().forEach((id, outcome) -> answered.put(id, listing(id, outcome)));
        }
        return answered;
    }

    private Outcome<GroupListing> listing(String id, Outcome<GroupDescription> described) {
        Optional<ClusterException> problem = described.problem();
        if (problem.isEmpty()) {
            GroupDescription group = described.orThrow();
            return Outcome.known(new GroupListing(id, group.type(), group.state(), group.protocol(), group.simple()));
        }
        return Outcome.failed(
                switch (problem.get().reason()) {
                    // A group the service may not describe is listed by no broker either; no group has a name that is
                    // none.
                    case GROUP_NOT_FOUND, NOT_AUTHORIZED, INVALID -> ClusterException.groupNotFound(cluster, id);
                    default ->
                        unknown(
                                id,
                                "its coordinator did not answer. "
                                        + problem.get().getMessage(),
                                problem.get());
                });
    }

    private ClusterException unknown(String id, String why, @Nullable ClusterException cause) {
        return new ClusterException(
                Reason.UNAVAILABLE,
                "Whether cluster \"" + cluster + "\" has a group \"" + id + "\" cannot be known: " + why,
                cause);
    }
}
