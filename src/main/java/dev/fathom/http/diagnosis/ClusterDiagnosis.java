package dev.fathom.http.diagnosis;

import dev.fathom.http.words.WordsOf;
import dev.fathom.progress.Verdict;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What is the matter with the groups of a cluster. */
@Schema(description = "The worst findings in all groups of a cluster that the caller may see, as of the last look.")
public record ClusterDiagnosis(
        @Schema(
                description = "Whether groups are looked at in the background; without it nothing is found here.",
                required = true)
        boolean sampling,

        @Schema(description = "How many groups were looked at.", required = true)
        int groups,

        @Schema(description = "How many groups have which verdict, worst first.", required = true)
        List<GroupCounts> verdicts,

        @Schema(description = "What was found, worst first.", required = true)
        List<FindingItem> findings,

        @Schema(description = "How many there are in all.", required = true)
        int total,

        @Schema(description = "When this was put together.", required = true)
        Instant observedAt) {

    /** How many groups have a verdict. */
    @Schema(name = "GroupVerdictCounts", description = "How many groups have a verdict.")
    public record GroupCounts(
            @Schema(description = "The verdict.", required = true) @WordsOf(value = Verdict.class, open = true)
            String status,

            @Schema(description = "How many groups.", required = true)
            int groups) {}
}
