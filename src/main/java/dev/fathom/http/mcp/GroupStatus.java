package dev.fathom.http.mcp;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All that is known of one group, in short. */
@ApplicationScoped
@RegisterForReflection(ignoreNested = false)
class GroupStatus implements Tool<GroupStatus.Arguments> {

    private static final String ROWS = "1000";
    /** Of rows: a larger group is told of by topic. */
    private static final int MOST_PAGES = 20;

    private static final int MOST_MEMBERS = 10;
    private static final int MOST_FINDINGS = 5;

    /** Of which group. */
    record Arguments(
            @JsonProperty(required = true) @JsonPropertyDescription("The cluster, by its name here.")
            String cluster,

            @JsonProperty(required = true) @JsonPropertyDescription("The group's id, exactly.")
            String group,

            @JsonPropertyDescription("Partitions of one topic only, by its exact name.") @Nullable
            String topic,

            @JsonPropertyDescription("How many partitions, 1 to 100; 20 when absent.") @Nullable
            Integer limit,

            @JsonPropertyDescription("next of the answer before: further partitions.") @Nullable
            String cursor) {}

    /** A group. */
    record Answer(
            @JsonProperty(required = true) String id,

            @JsonProperty(required = true) @JsonPropertyDescription("classic, consumer, share or streams.")
            String type,

            @JsonProperty(required = true) String state,
            Verdict verdict,
            @JsonProperty(required = true) Totals lag,

            @JsonProperty(required = true) @JsonPropertyDescription("How many members there are.")
            int memberCount,

            @JsonProperty(required = true) @JsonPropertyDescription("Those furthest behind, 10 at most.")
            List<Member> members,

            @JsonProperty(required = true) @JsonPropertyDescription("How many findings there are.")
            int findingCount,

            @JsonProperty(required = true) @JsonPropertyDescription("The worst 5; diagnose tells all.")
            List<Finding> findings,

            @JsonProperty(required = true) @JsonPropertyDescription("How many partitions there are.")
            int partitionCount,

            @JsonProperty(required = true)
            @JsonPropertyDescription("Partitions: most left to read first, then those whose lag is unknown.")
            List<Partition> partitions,

            @JsonPropertyDescription("For cursor, to get further partitions; absent when there are none.") @Nullable
            String next,

            @JsonPropertyDescription("False where the group has too many partitions to rank them all: ask for a topic.")
            @Nullable
            Boolean ranked,

            @JsonProperty(required = true) @JsonPropertyDescription("Path of the group in the API.")
            String self,

            @JsonProperty(required = true) @JsonPropertyDescription("When the cluster was asked.")
            Instant observedAt) {}

    /** What is the matter. */
    record Verdict(
            @JsonProperty(required = true)
            @JsonPropertyDescription(
                    "losing, blocked, rewound, unstable, stopped, stalled, periodic, behind, ok or unknown.")
            String status,

            @Nullable Instant since,
            @JsonProperty(required = true) String reason) {}

    /** What a group is behind. */
    record Totals(
            @JsonPropertyDescription("Offsets, an upper bound of records; absent when nothing is known.") @Nullable
            Long total,

            @JsonPropertyDescription("Offsets of it that the logs still hold; absent when nothing is known.") @Nullable
            Long effectiveTotal,

            @JsonProperty(required = true) @JsonPropertyDescription("Partitions with a lag above 0.")
            int partitionsBehind,

            @JsonProperty(required = true)
            @JsonPropertyDescription("Partitions left out of the totals, their lag being unknown.")
            int unknownCount,

            FindGroups.@Nullable Time timeLag,

            @JsonPropertyDescription("Offsets a second its commits move by; absent when unknown.") @Nullable
            Double consumeRate,

            @JsonPropertyDescription("Offsets a second written to what it reads; absent when unknown.") @Nullable
            Double produceRate) {}

    /** One member. */
    record Member(
            @JsonProperty(required = true) String memberId,
            @JsonProperty(required = true) String clientId,
            @JsonProperty(required = true) String host,
            @Nullable String instanceId,

            @JsonProperty(required = true) @JsonPropertyDescription("How many partitions it owns.")
            int partitions,

            @JsonPropertyDescription("Offsets unread on them; absent when unknown.") @Nullable
            Long lag) {}

    /** Something found in a group. */
    record Finding(
            @JsonProperty(required = true) String kind,

            @JsonProperty(required = true) @JsonPropertyDescription("critical, warning or info.")
            String severity,

            @JsonPropertyDescription("The group, where several are told of.") @Nullable
            String group,

            @Nullable Instant since,
            @Nullable String topic,
            @Nullable Integer partition,

            @JsonProperty(required = true) @JsonPropertyDescription("In words, with names and numbers.")
            String message,

            @JsonPropertyDescription("Offsets, counts, offsets a second; seconds where the name ends so.")
            java.util.@Nullable Map<String, Number> evidence,

            @JsonPropertyDescription("What to look at next, in order: calls of the API.") @Nullable
            List<Next> next) {}

    /** A call of the API. */
    record Next(
            @JsonProperty(required = true) String say,
            @JsonProperty(required = true) String method,
            @JsonProperty(required = true) String href) {}

    /** The group on one partition. */
    record Partition(
            @JsonProperty(required = true) String topic,
            @JsonProperty(required = true) int partition,

            @JsonPropertyDescription("The next offset it will read; absent without a commit.") @Nullable
            Long committedOffset,

            @JsonPropertyDescription("The log start; absent when unknown.") @Nullable
            Long firstOffset,

            @JsonPropertyDescription("The end of the log; absent when unknown.") @Nullable
            Long lastOffset,

            @JsonPropertyDescription("Offsets; absent when unknown, status says why.") @Nullable
            Long lag,

            @JsonPropertyDescription("Offsets between the commit and the log start that are gone.") @Nullable
            Long lostRecords,

            @JsonProperty(required = true)
            @JsonPropertyDescription(
                    "ok, or why a number is unknown or odd: no-commit, below-first, beyond-last, pending-transaction, …")
            String status,

            @Nullable Verdict verdict,

            @JsonPropertyDescription("Client id of the member that owns it; absent when none does.") @Nullable
            String clientId) {}

    private final Calls calls;

    GroupStatus(Calls calls) {
        this.calls = calls;
    }

    @Override
    public Definition<Arguments> definition() {
        return new Definition<>(
                "group_status",
                "Status of a consumer group",
                "Members, commits, lag (in offsets), verdict and worst findings of one group in one answer, the partitions furthest"
                        + " behind first. Next: diagnose for every finding, read_records for the record it stands at, plan_reset to move it.",
                Arguments.class,
                Answer.class);
    }

    @Override
    public Object call(Arguments wanted, HttpHeaders headers) {
        ObjectNode status = (ObjectNode) calls.group(wanted.cluster(), wanted.group());
        JsonNode lag = calls.lag(wanted.cluster(), wanted.group());
        JsonNode diagnosis = calls.diagnosis(wanted.cluster(), wanted.group());
        status.set("lag", lag);
        status.set("verdict", diagnosis.path("verdict"));
        status.put("memberCount", status.path("members").size());
        status.set("members", members(status.path("members")));
        status.set("findings", first(diagnosis.path("findings"), MOST_FINDINGS));
        status.put("findingCount", diagnosis.path("total").asInt());
        List<JsonNode> rows = new ArrayList<>();
        String cursor = null;
        int pages = 0;
        do {
            JsonNode page = calls.offsets(wanted.cluster(), wanted.group(), wanted.topic(), ROWS, cursor, headers);
            page.path("items").forEach(row -> rows.add(owned((ObjectNode) row)));
            cursor = page.path("page").path("next").asText(null);
        } while (cursor != null && ++pages < MOST_PAGES);
        Worst.put(status, rows, GroupStatus::badness, wanted.limit(), wanted.cursor());
        return cursor == null ? status : status.put("ranked", false);
    }

    private static ObjectNode owned(ObjectNode row) {
        return row.put("clientId", row.path("member").path("clientId").asText(null));
    }

    /** Those left to read first, then those nobody knows of, then those that are at the end. */
    private static long badness(JsonNode row) {
        JsonNode lag = row.path("effectiveLag").isNumber() ? row.path("effectiveLag") : row.path("lag");
        return lag.isNumber() ? (lag.asLong() == 0 ? 0 : lag.asLong() + 1) : 1;
    }

    private static ArrayNode members(JsonNode all) {
        List<ObjectNode> members = new ArrayList<>();
        all.forEach(each -> {
            int partitions = 0;
            for (JsonNode topic : each.path("assignment")) {
                partitions += topic.path("partitions").size();
            }
            members.add(((ObjectNode) each).put("partitions", partitions));
        });
        members.sort(
                Comparator.comparing((ObjectNode member) -> member.path("lag").asLong())
                        .reversed()
                        .thenComparing(member -> member.path("memberId").asText()));
        ArrayNode shown = JsonNodeFactory.instance.arrayNode();
        members.stream().limit(MOST_MEMBERS).forEach(shown::add);
        return shown;
    }

    private static ArrayNode first(JsonNode all, int most) {
        ArrayNode shown = JsonNodeFactory.instance.arrayNode();
        all.forEach(each -> {
            if (shown.size() < most) {
                shown.add(each);
            }
        });
        return shown;
    }
}
