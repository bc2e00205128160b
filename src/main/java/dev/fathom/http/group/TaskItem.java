package dev.fathom.http.group;

import java.util.List;
import java.util.SortedMap;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Tasks of one subtopology. */
@Schema(description = "Tasks of one subtopology of a streams application.")
public record TaskItem(
        @Schema(description = "The subtopology's id.", required = true)
        String subtopology,

        @Schema(description = "Task numbers, in order.", required = true)
        List<Integer> partitions) {

    static List<TaskItem> of(SortedMap<String, List<Integer>> tasks) {
        return tasks.entrySet().stream()
                .map(entry -> new TaskItem(entry.getKey(), entry.getValue()))
                .toList();
    }
}
