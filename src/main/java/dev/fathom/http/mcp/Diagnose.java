package dev.fathom.http.mcp;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.http.mcp.GroupStatus.Finding;
import dev.fathom.http.mcp.GroupStatus.Verdict;
import dev.fathom.http.request.Links;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is the matter with a group, or with the groups of a cluster. */
@ApplicationScoped
@RegisterForReflection(ignoreNested = false)
class Diagnose implements Tool<Diagnose.Arguments> {

    /** With what. */
    record Arguments(
            @JsonProperty(required = true) @JsonPropertyDescription("The cluster, by its name here.")
            String cluster,

            @JsonPropertyDescription("The group's id, exactly; absent for the worst findings in all groups.") @Nullable
            String group,

            @JsonPropertyDescription("How many findings, 1 to 100; 20 when absent.") @Nullable
            Integer limit) {}

    /** What was found. */
    record Answer(
            @JsonPropertyDescription("The group; absent where it is about all.") @Nullable
            String id,

            @JsonPropertyDescription("Of the group.") @Nullable
            Verdict verdict,

            @JsonProperty(required = true) @JsonPropertyDescription("How many findings there are.")
            int total,

            @JsonProperty(required = true) @JsonPropertyDescription("Worst first.")
            List<Finding> findings,

            @JsonProperty(required = true) @JsonPropertyDescription("Path of the diagnosis in the API.")
            String self,

            @JsonProperty(required = true) @JsonPropertyDescription("When the cluster was asked.")
            Instant observedAt) {}

    private final Calls calls;

    Diagnose(Calls calls) {
        this.calls = calls;
    }

    @Override
    public Definition<Arguments> definition() {
        return new Definition<>(
                "diagnose",
                "Diagnose",
                "What is the matter with one group, or with the groups of a cluster when none is named: each finding with the numbers it"
                        + " rests on and what to look at next. Read it before a group is moved.",
                Arguments.class,
                Answer.class);
    }

    @Override
    public Object call(Arguments wanted, HttpHeaders headers) {
        String limit = Worst.limit(wanted.limit(), Worst.SHOWN);
        if (wanted.group() == null) {
            ObjectNode found = (ObjectNode) calls.worstFindings(wanted.cluster(), limit);
            return found.put("self", Links.cluster(wanted.cluster()) + "/diagnosis");
        }
        ObjectNode found = (ObjectNode) calls.diagnosis(wanted.cluster(), wanted.group());
        ArrayNode shown = found.arrayNode();
        for (JsonNode finding : found.path("findings")) {
            if (shown.size() < Integer.parseInt(limit)) {
                shown.add(finding);
            }
        }
        found.set("findings", shown);
        return found.put("self", Links.group(wanted.cluster(), wanted.group()) + "/diagnosis");
    }
}
