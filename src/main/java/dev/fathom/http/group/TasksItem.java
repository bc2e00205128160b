package dev.fathom.http.group;

import dev.fathom.cluster.Member;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The tasks of a streams member. */
@Schema(description = "The tasks of a streams member.")
public record TasksItem(
        @Schema(description = "Tasks it processes.", required = true)
        List<TaskItem> active,

        @Schema(description = "Tasks whose state it keeps a copy of.", required = true)
        List<TaskItem> standby,

        @Schema(description = "Tasks whose state it is catching up with.", required = true)
        List<TaskItem> warmup) {

    static TasksItem of(Member.Tasks tasks) {
        return new TasksItem(TaskItem.of(tasks.active()), TaskItem.of(tasks.standby()), TaskItem.of(tasks.warmup()));
    }
}
