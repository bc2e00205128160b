package dev.fathom.http.page;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A member of a group.
 *
 * @param note what is particular about it: idle, or the reason its assignment is not known; null for nothing
 */
record MemberRow(
        String memberId,
        @Nullable String instanceId,
        String clientId,
        String host,
        String owns,
        String lag,
        @Nullable String note) {

    static MemberRow of(JsonNode member) {
        List<String> topics = new ArrayList<>();
        member.path("assignment")
                .forEach(topic ->
                        topics.add(topic.path("topic").asText() + ": " + Shown.words(topic.path("partitions"))));
        JsonNode problem = member.path("assignmentProblem");
        String note = problem.isTextual() ? problem.asText() : topics.isEmpty() ? "idle: it owns no partition" : null;
        return new MemberRow(
                member.path("memberId").asText(),
                Shown.text(member.path("instanceId")),
                member.path("clientId").asText(),
                member.path("host").asText(),
                topics.isEmpty() ? Shown.UNKNOWN : String.join("; ", topics),
                Shown.number(member.path("lag")),
                note);
    }
}
