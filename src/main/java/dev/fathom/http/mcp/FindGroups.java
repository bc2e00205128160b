package dev.fathom.http.mcp;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.group.GroupSort;
import dev.fathom.http.group.GroupFilter;
import dev.fathom.http.request.Links;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which groups there are, those furthest behind first. */
@ApplicationScoped
@RegisterForReflection(ignoreNested = false)
class FindGroups implements Tool<FindGroups.Arguments> {

    /** What is looked for. */
    record Arguments(
            @JsonProperty(required = true) @JsonPropertyDescription("The cluster, by its name here.")
            String cluster,

            @JsonPropertyDescription("Part of the group's id, in any case.") @Nullable
            String search,

            @JsonPropertyDescription("A topic the group has committed to or is assigned, exactly.") @Nullable
            String topic,

            @JsonPropertyDescription("Part of the member id, instance id, client id or host of a member.") @Nullable
            String member,

            @JsonPropertyDescription(
                    "States, comma separated: empty, stable, preparing-rebalance, completing-rebalance, assigning,"
                            + " reconciling, not-ready, dead.")
            @Nullable
            String state,

            @JsonPropertyDescription(
                    "Verdicts, comma separated: losing, blocked, rewound, unstable, stopped, stalled, periodic, behind,"
                            + " ok, unknown.")
            @Nullable
            String verdict,

            @JsonPropertyDescription(
                    "-effectiveLag (most left to read first; the default), -lag, -timeLag, name, state, -members.")
            @Nullable
            String sort,

            @JsonPropertyDescription("How many, 1 to 100; 20 when absent.") @Nullable
            Integer limit,

            @JsonPropertyDescription("next of the page before, with the same other arguments.") @Nullable
            String cursor) {}

    /** A page of groups. */
    record Answer(
            @JsonProperty(required = true) @JsonPropertyDescription("The groups.")
            List<Group> items,

            @JsonProperty(required = true) PageOf page,

            @JsonProperty(required = true)
            @JsonPropertyDescription("What could not be asked, so that groups may be missing.")
            List<Missing> problems,

            @JsonProperty(required = true) @JsonPropertyDescription("Path of the list in the API.")
            String self,

            @JsonProperty(required = true) @JsonPropertyDescription("When the cluster was asked.")
            Instant observedAt) {}

    /** One group. */
    record Group(
            @JsonProperty(required = true) String id,

            @JsonProperty(required = true) @JsonPropertyDescription("classic, consumer, share or streams.")
            String type,

            @JsonProperty(required = true) String state,

            @JsonProperty(required = true) @JsonPropertyDescription("How many members.")
            int members,

            @Nullable Totals lag,
            @Nullable Time timeLag,

            @JsonPropertyDescription("What is the matter with it, in a word, as of the last look.") @Nullable
            String verdict,

            @JsonPropertyDescription("fathom for what the service itself runs on.") @Nullable
            String owner,

            @JsonProperty(required = true) @JsonPropertyDescription("Path of the group in the API.")
            String self) {}

    /** What a group is behind. */
    record Totals(
            @JsonPropertyDescription("Offsets, an upper bound of records; absent when nothing is known.") @Nullable
            Long total,

            @JsonPropertyDescription("Offsets of it that the logs still hold; absent when nothing is known.") @Nullable
            Long effectiveTotal,

            @JsonPropertyDescription("Partitions with a lag above 0.") @Nullable
            Integer partitionsBehind,

            @JsonPropertyDescription("Partitions left out of the totals, their lag being unknown.") @Nullable
            Integer unknownCount) {}

    /** How far behind in time a group is. */
    record Time(
            @JsonPropertyDescription(
                    "How long the first unread record has been there, as an ISO 8601 duration; absent when unknown.")
            @Nullable
            String value,

            @JsonPropertyDescription("The topic of that partition.") @Nullable
            String topic,

            @JsonPropertyDescription("Its number.") @Nullable
            Integer partition) {}

    /** Where in the whole list a page is. */
    record PageOf(
            @JsonProperty(required = true) @JsonPropertyDescription("How many there are in all.")
            int total,

            @JsonPropertyDescription("For cursor, to get the next page; absent on the last.") @Nullable
            String next) {}

    /** Something that could not be asked. */
    record Missing(
            @JsonPropertyDescription("The group; absent where it is about the list.") @Nullable
            String id,

            @JsonProperty(required = true) @JsonPropertyDescription("The type of problem.")
            String type,

            @Nullable String detail) {}

    private final Calls calls;

    FindGroups(Calls calls) {
        this.calls = calls;
    }

    @Override
    public Definition<Arguments> definition() {
        return new Definition<>(
                "find_groups",
                "Find consumer groups",
                "Consumer groups of a Kafka cluster with their state, members, lag (in offsets) and verdict, those with most left to"
                        + " read first. Use it to find which group is stuck; then group_status or diagnose.",
                Arguments.class,
                Answer.class);
    }

    @Override
    public Object call(Arguments wanted, HttpHeaders headers) {
        GroupFilter filter = new GroupFilter();
        filter.search = wanted.search();
        filter.topic = wanted.topic();
        filter.member = wanted.member();
        filter.state = wanted.state();
        filter.verdict = wanted.verdict();
        filter.sort = wanted.sort() == null ? GroupSort.MOST_READABLE.wireName() : wanted.sort();
        ObjectNode list = (ObjectNode) calls.groups(
                wanted.cluster(), filter, Worst.limit(wanted.limit(), Worst.SHOWN), wanted.cursor(), headers);
        return list.put("self", Links.cluster(wanted.cluster()) + "/groups");
    }
}
