package dev.fathom.http.problem;

import dev.fathom.cluster.PastCommit;
import dev.fathom.http.words.WordsOf;
import dev.fathom.past.PastCommits.Known;
import dev.fathom.past.PastCommits.Source;
import java.time.Instant;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What is known of the commit a group had at a moment. */
@Schema(description = "What is known of the commit a group had at a moment.")
public record PastItem(
        @Schema(description = "The moment.", required = true)
        Instant at,

        @Schema(
                description =
                        "Where it is known from: ledger, the log in which the brokers keep commits, where the service may read"
                                + " it; sampler, what this replica saw when it looked before and after.",
                required = true)
        @WordsOf(value = Source.class, open = true)
        String source,

        @Schema(
                description =
                        "Whether atLeast and atMost are the very commit: of the ledger it is, of the sampler where a look before"
                                + " and a look after showed the same.",
                required = true)
        boolean exact,

        @Schema(description = "The lowest offset it may have been; the one a plan takes.", required = true)
        long atLeast,

        @Schema(description = "The highest offset it may have been.", required = true)
        long atMost,

        @Schema(
                description =
                        "Ledger: when that commit took effect, on the clock of the broker that wrote it down. Sampler: the look"
                                + " before the moment.",
                required = true)
        Instant from,

        @Schema(description = "The look after the moment; absent where the very commit was read.") @Nullable
        Instant until) {

    static @Nullable PastItem of(Optional<Known> past) {
        if (past.isEmpty() || past.get().source().isEmpty()) {
            return null;
        }
        Instant at = past.get().at();
        String source = past.get().source().get().wireName();
        if (past.get().commit() instanceof PastCommit.Stood stood) {
            long offset = stood.commit().offset();
            return new PastItem(at, source, true, offset, offset, stood.since(), null);
        }
        return past.get().commit() instanceof PastCommit.Between between
                ? new PastItem(
                        at,
                        source,
                        between.atLeast() == between.atMost(),
                        between.atLeast(),
                        between.atMost(),
                        between.from(),
                        between.until())
                : null;
    }
}
