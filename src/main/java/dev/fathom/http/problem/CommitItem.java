package dev.fathom.http.problem;

import dev.fathom.cluster.Commits.Commit;
import java.time.Instant;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A commit, before or after a change. */
@Schema(description = "A commit, before or after a change.")
public record CommitItem(
        @Schema(description = "The next offset the group will read.", required = true)
        long offset,

        @Schema(description = "Leader epoch of the record before it, where it is known for exactly this offset.")
        @Nullable
        Integer leaderEpoch,

        @Schema(description = "Free text of the committer; absent when empty.") @Nullable
        String metadata,

        @Schema(description = "When the record at the offset was written; with include=time, and for instants.")
        @Nullable
        Instant timestamp) {

    public static @Nullable CommitItem of(Optional<Commit> commit) {
        return of(commit, Optional.empty());
    }

    static @Nullable CommitItem of(Optional<Commit> commit, Optional<Instant> timestamp) {
        return commit.map(c -> new CommitItem(
                        c.offset(),
                        c.leaderEpoch().isPresent() ? c.leaderEpoch().getAsInt() : null,
                        c.metadata().isEmpty() ? null : c.metadata(),
                        timestamp.orElse(null)))
                .orElse(null);
    }
}
