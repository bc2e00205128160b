package dev.fathom.http.group;

import dev.fathom.http.words.WordsOf;
import dev.fathom.progress.Verdict;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** How many partitions have a verdict. */
@Schema(description = "How many of a group's partitions have a verdict.")
public record VerdictCounts(
        @Schema(description = "The verdict.", required = true) @WordsOf(value = Verdict.class, open = true)
        String status,

        @Schema(description = "How many partitions.", required = true)
        int partitions) {

    /** Worst first. */
    public static List<VerdictCounts> of(Map<Verdict, Integer> counts) {
        return counts.entrySet().stream()
                .map(entry -> new VerdictCounts(entry.getKey().wireName(), entry.getValue()))
                .toList();
    }
}
