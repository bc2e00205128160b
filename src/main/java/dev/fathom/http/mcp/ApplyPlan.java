package dev.fathom.http.mcp;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.config.Level;
import dev.fathom.http.auth.CallerClusters;
import dev.fathom.http.problem.ProblemException;
import dev.fathom.http.problem.ProblemType;
import dev.fathom.http.problem.RequestedChange;
import dev.fathom.http.request.AskedFor;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Optional;

/** Does what a plan has shown: the call that was planned, once more, under the plan's guard. */
@ApplicationScoped
@RegisterForReflection(ignoreNested = false)
class ApplyPlan implements Tool<ApplyPlan.Arguments> {

    /** Which plan. */
    record Arguments(
            @JsonProperty(required = true) @JsonPropertyDescription("etag of a plan that plan_reset or undo has shown.")
            String etag) {}

    private final Calls calls;
    private final Plans plans;
    private final Shown shown;
    private final CallerClusters clusters;
    /** The one that is answered now. */
    private final RoutingContext request;

    ApplyPlan(Calls calls, Plans plans, Shown shown, CallerClusters clusters, RoutingContext request) {
        this.calls = calls;
        this.plans = plans;
        this.shown = shown;
        this.clusters = clusters;
        this.request = request;
    }

    @Override
    public Definition<Arguments> definition() {
        return new Definition<>(
                "apply_plan",
                "Apply a plan",
                "Carries out a plan that plan_reset or undo has shown, by its etag and nothing else: moves the group's commits. Refused"
                        + " if anything the plan rests on has changed since; plan again then. Only after whoever is responsible has seen the"
                        + " plan and agreed. The answer names the operation, which undo takes back.",
                Arguments.class,
                MoveShown.class);
    }

    @Override
    public boolean reads() {
        return false;
    }

    /** Whether there is a cluster that takes changes, and the caller may make some on it. */
    @Override
    public boolean isFor(CallerClusters of) {
        return of.names().stream()
                .anyMatch(name -> of.access().onCluster(Level.OPERATOR, name)
                        && !of.named(name, false).readOnly());
    }

    @Override
    public Optional<AskedFor> askedFor(JsonNode arguments, String caller) {
        return Optional.of(shown.find(caller, arguments.path("etag").asText())
                .map(plan -> new AskedFor(plan.path(), Optional.of(plan.operation())))
                .orElse(new AskedFor(Gate.PATH, Optional.of(definition().name()))));
    }

    @Override
    public Object call(Arguments wanted, HttpHeaders headers) {
        RequestedChange.note(request, Level.OPERATOR);
        clusters.access().needAnywhere(Level.OPERATOR);
        Shown.Plan plan = plans.find(wanted.etag())
                .orElseThrow(() -> new ProblemException(
                        ProblemType.PLAN_OUTDATED,
                        "No plan with this etag was shown to you here in the last " + Shown.KEPT.toMinutes()
                                + " minutes. Plan again, look at the plan, and apply that."));
        if (plan instanceof Shown.Plan.Reset reset) {
            return calls.reset(reset.cluster(), reset.group(), reset.body(), reset.etag(), headers);
        }
        Shown.Plan.Undo undo = (Shown.Plan.Undo) plan;
        return calls.undo(undo.id(), undo.body(), undo.etag());
    }

    @Override
    public Object cut(JsonNode told) {
        return MoveShown.of(told, null, null, told.path("operation").asText(""));
    }
}
