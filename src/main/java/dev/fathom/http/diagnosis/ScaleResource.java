package dev.fathom.http.diagnosis;

import static dev.fathom.config.Level.VIEWER;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.diagnosis.Scale;
import dev.fathom.group.Groups;
import dev.fathom.http.auth.CallerClusters;
import dev.fathom.http.auth.Needs;
import dev.fathom.http.contract.Answers;
import dev.fathom.http.contract.CommonProblems;
import dev.fathom.http.group.SeenGroups;
import dev.fathom.http.request.Ids;
import dev.fathom.http.request.Links;
import dev.fathom.http.request.Params;
import dev.fathom.lag.GroupOffsets;
import dev.fathom.lag.OffsetsQuery;
import dev.fathom.operation.Operations;
import dev.fathom.progress.GroupProgress;
import dev.fathom.progress.GroupReport;
import dev.fathom.sampling.Sampling;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** How many members a group should have, for what scales consumers. */
@Path(Links.BASE)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Lag")
@Answers(with = CommonProblems.CLUSTER)
public class ScaleResource {

    private static final Duration TARGET = Duration.ofSeconds(30);

    private final CallerClusters clusters;
    private final Groups groups;
    private final SeenGroups seen;
    private final Operations operations;
    private final Sampling sampling;

    ScaleResource(CallerClusters clusters, Groups groups, SeenGroups seen, Operations operations, Sampling sampling) {
        this.clusters = clusters;
        this.groups = groups;
        this.seen = seen;
        this.operations = operations;
        this.sampling = sampling;
    }

    @GET
    @Path("clusters/{cluster}/groups/{group}/scale")
    @Needs(level = VIEWER)
    @Answers(with = CommonProblems.GROUP)
    @Operation(
            operationId = "describeGroupScale",
            summary = "Say how many members a group should have",
            description =
                    "For KEDA's metrics-api scaler and its like: how many members it takes to read what is unread within a time, by"
                            + " what one has been seen to read in the last hour. Never more than there are partitions; lag that is lost,"
                            + " unknown or on a stalled partition calls for none. More members only once a record has been unread for"
                            + " longer than the target. Callers who may not see all topics of the group get a 403.")
    public GroupScale scale(
            @PathParam("cluster") String clusterName,
            @PathParam("group") String group,
            @Parameter(
                            description = "How long what is unread may take to be read, as an ISO 8601 duration.",
                            example = "PT30S",
                            schema = @Schema(type = SchemaType.STRING, defaultValue = "PT30S"))
                    @QueryParam("target")
                    String target,
            @QueryParam("fresh") String fresh) {
        Cluster cluster = clusters.named(clusterName, Params.flag("fresh", fresh, false));
        String id = Ids.decode("group", group);
        Duration within = Params.duration("target", target, TARGET);
        clusters.access().needWholeGroup(VIEWER, cluster.name(), id);
        GroupOffsets measured =
                groups.offsets(cluster, id, OffsetsQuery.DEFAULT).value();
        return GroupScale.of(scale(cluster, id, measured, within));
    }

    private Scale scale(Cluster cluster, String id, GroupOffsets measured, Duration within) {
        Optional<String> waiting;
        try {
            waiting = operations.waiting(cluster).stream()
                    .filter(operation -> operation.group().equals(id))
                    .map(dev.fathom.operation.Operation::id)
                    .findFirst();
        } catch (ClusterException e) {
            return Scale.unknown(measured, "Whether a reset waits for the group is not known: " + e.getMessage());
        }
        if (waiting.isPresent()) {
            return Scale.whileAResetWaits(measured, waiting.get());
        }
        Optional<GroupProgress> progress = seen.progress(cluster, id);
        Optional<GroupReport> report = progress.map(of -> seen.report(cluster, of));
        OptionalDouble perMember = progress.isPresent() && report.isPresent()
                ? perMember(progress.get(), report.get())
                : OptionalDouble.empty();
        return Scale.of(measured, report, perMember, within);
    }

    private OptionalDouble perMember(GroupProgress progress, GroupReport report) {
        Instant now = seen.now();
        return Scale.perMember(
                progress.history(now.minus(sampling.history()), now, Scale.step(report, sampling.historyStep())));
    }
}
