package dev.fathom.http.diagnosis;

import dev.fathom.http.group.VerdictCounts;
import dev.fathom.http.group.VerdictItem;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What is the matter with a group. */
@Schema(description = "What is the matter with a group, worst first, and what to look at next.")
public record GroupDiagnosis(
        @Schema(description = "The group.", required = true) String id,

        @Schema(description = "In a word and a sentence: the worst of its partitions.", required = true)
        VerdictItem verdict,

        @Schema(description = "How many partitions have which verdict, worst first.", required = true)
        List<VerdictCounts> verdicts,

        @Schema(description = "What was found, worst first; the first 100.", required = true)
        List<FindingItem> findings,

        @Schema(description = "How many there are in all.", required = true)
        int total,

        @Schema(description = "The last look at the group in the background; absent before the first.") @Nullable
        Instant lookedAt,

        @Schema(description = "When the cluster was asked.", required = true)
        Instant observedAt) {}
