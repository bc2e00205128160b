package dev.fathom.http.group;

import java.util.List;
import java.util.SortedMap;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Partitions of one topic. */
@Schema(description = "Partitions of one topic.")
public record AssignmentItem(
        @Schema(description = "The topic.", required = true) String topic,

        @Schema(description = "Partition numbers, in order.", required = true)
        List<Integer> partitions) {

    static List<AssignmentItem> of(SortedMap<String, List<Integer>> assignment) {
        return assignment.entrySet().stream()
                .map(entry -> new AssignmentItem(entry.getKey(), entry.getValue()))
                .toList();
    }
}
