package dev.fathom.http.group;

import dev.fathom.cluster.GroupDescription;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** How far members have got to their target. */
@Schema(description = "How many members own what the coordinator wants them to own.")
public record Reconciliation(
        @Schema(description = "Members whose assignment is their target.", required = true)
        int atTarget,

        @Schema(description = "Members in all.", required = true)
        int of) {

    static Optional<Reconciliation> of(GroupDescription group) {
        long known = group.members().stream()
                .filter(member -> member.targetAssignment().isPresent())
                .count();
        if (known == 0) {
            return Optional.empty();
        }
        long atTarget = group.members().stream()
                .filter(member -> member.targetAssignment()
                        .filter(target -> target.equals(member.assignment()))
                        .isPresent())
                .count();
        return Optional.of(new Reconciliation((int) atTarget, group.members().size()));
    }
}
