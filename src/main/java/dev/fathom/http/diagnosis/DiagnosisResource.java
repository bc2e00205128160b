package dev.fathom.http.diagnosis;

import static dev.fathom.config.Level.VIEWER;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.Snapshots.Snapshot;
import dev.fathom.diagnosis.BrokerFindings;
import dev.fathom.diagnosis.Finding;
import dev.fathom.diagnosis.Findings;
import dev.fathom.diagnosis.MemberFindings;
import dev.fathom.group.Groups;
import dev.fathom.http.auth.CallerClusters;
import dev.fathom.http.auth.Needs;
import dev.fathom.http.contract.Answers;
import dev.fathom.http.contract.CommonProblems;
import dev.fathom.http.group.SeenGroup;
import dev.fathom.http.group.SeenGroups;
import dev.fathom.http.group.VerdictCounts;
import dev.fathom.http.request.Ids;
import dev.fathom.http.request.Links;
import dev.fathom.http.request.Params;
import dev.fathom.lag.CommitWatch;
import dev.fathom.lag.GroupOffsets;
import dev.fathom.lag.OffsetsQuery;
import dev.fathom.progress.GroupEvent;
import dev.fathom.progress.GroupHistory;
import dev.fathom.progress.GroupReport;
import dev.fathom.progress.Verdict;
import dev.fathom.sampling.Sampling;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What is the matter with groups, and what they were like before. */
@Path(Links.BASE)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Lag")
@Answers(with = CommonProblems.CLUSTER)
public class DiagnosisResource {

    private static final int MOST_FINDINGS = 100;
    private static final int MOST = 1000;

    private final CallerClusters clusters;
    private final Groups groups;
    private final SeenGroups seen;
    private final CommitWatch watch;
    private final Sampling sampling;
    private final MovesByOthers others;

    DiagnosisResource(
            CallerClusters clusters,
            Groups groups,
            SeenGroups seen,
            CommitWatch watch,
            Sampling sampling,
            MovesByOthers others) {
        this.clusters = clusters;
        this.groups = groups;
        this.seen = seen;
        this.watch = watch;
        this.sampling = sampling;
        this.others = others;
    }

    /** A finding and whose it is. */
    private record Found(String group, Finding finding) {}

    @GET
    @Path("clusters/{cluster}/groups/{group}/diagnosis")
    @Needs(level = VIEWER)
    @Answers(with = CommonProblems.GROUP)
    @Operation(
            operationId = "diagnoseGroup",
            summary = "Say what is the matter with a group",
            description =
                    "What an operator would look for, worst first: each finding with the numbers it rests on and calls that tell"
                            + " more, which can be made as they stand. Comes from looking at the group again and again, and from how"
                            + " it is now.")
    public GroupDiagnosis ofGroup(
            @PathParam("cluster") String clusterName,
            @PathParam("group") String group,
            @QueryParam("fresh") @Nullable String fresh) {
        Cluster cluster = clusters.named(clusterName, Params.flag("fresh", fresh, false));
        String id = Ids.decode("group", group);
        Snapshot<GroupOffsets> measured = groups.offsets(cluster, id, OffsetsQuery.DEFAULT);
        SeenGroup known = seen.beside(cluster, measured);
        Optional<GroupReport> report = known.report();
        List<Finding> findings = new ArrayList<>();
        report.ifPresent(of -> findings.addAll(Findings.of(of)));
        boolean usedByAssign = watch.moved(cluster, id);
        findings.addAll(MemberFindings.of(measured.value(), report, usedByAssign));
        BrokerFindings asked = new BrokerFindings(cluster, seen.now());
        asked.expiry(measured.value(), report, usedByAssign).ifPresent(findings::add);
        findings.addAll(asked.racks(measured.value()));
        findings.sort(Findings.WORST_FIRST);
        return new GroupDiagnosis(
                id,
                known.verdict(),
                report.map(of -> VerdictCounts.of(of.counts())).orElse(List.of()),
                asked.withTransactions(findings.stream().limit(MOST_FINDINGS).toList()).stream()
                        .map(finding -> FindingItem.of(cluster.name(), id, finding, false))
                        .toList(),
                findings.size(),
                report.flatMap(GroupReport::lookedAt).orElse(null),
                measured.observedAt());
    }

    @GET
    @Path("clusters/{cluster}/diagnosis")
    @Needs(level = VIEWER)
    @Operation(
            operationId = "diagnoseCluster",
            summary = "Say what is the matter with the groups of a cluster",
            description =
                    "The worst findings in all groups, from what was seen by looking at them again and again; the brokers are not"
                            + " asked.")
    public ClusterDiagnosis ofCluster(
            @PathParam("cluster") String clusterName,
            @Parameter(
                            description = "How many findings.",
                            schema =
                                    @Schema(
                                            type = SchemaType.INTEGER,
                                            format = "int32",
                                            minimum = "1",
                                            maximum = "1000",
                                            defaultValue = "20"))
                    @QueryParam("top")
                    String top) {
        Cluster cluster = clusters.named(clusterName, false);
        int most = Params.integer("top", top, 20, 1, MOST);
        List<GroupReport> reports = seen.reports(cluster, verdict -> true);
        Map<Verdict, Integer> counts = new EnumMap<>(Verdict.class);
        reports.forEach(report -> counts.merge(report.verdict(), 1, Integer::sum));
        List<Found> found = reports.stream()
                .flatMap(report -> Findings.of(report).stream().map(finding -> new Found(report.id(), finding)))
                .sorted(Comparator.comparing(Found::finding, Findings.WORST_FIRST)
                        .thenComparing(Found::group))
                .toList();
        return new ClusterDiagnosis(
                seen.on(),
                reports.size(),
                counts.entrySet().stream()
                        .map(entry ->
                                new ClusterDiagnosis.GroupCounts(entry.getKey().wireName(), entry.getValue()))
                        .toList(),
                found.stream()
                        .limit(most)
                        .map(each -> FindingItem.of(cluster.name(), each.group(), each.finding(), true))
                        .toList(),
                found.size(),
                seen.now());
    }

    @GET
    @Path("clusters/{cluster}/groups/{group}/lag/history")
    @Needs(level = VIEWER)
    @Answers(with = CommonProblems.GROUP)
    @Operation(
            operationId = "describeLagHistory",
            summary = "Tell what a group was like before",
            description =
                    "Lag, time lag, rates, members and verdict step by step, and what happened meanwhile, from the memory of this"
                            + " replica: since it began to look, and for as long as fathom.lag.history. Of callers who may not see all"
                            + " topics of the group nobody is told sums that have others in them: that is a 403.")
    public LagHistory history(
            @PathParam("cluster") String clusterName,
            @PathParam("group") String group,
            @Parameter(
                            description = "How far back, as an ISO 8601 duration.",
                            example = "PT1H",
                            schema = @Schema(type = SchemaType.STRING, defaultValue = "PT1H"))
                    @QueryParam("window")
                    String window,
            @Parameter(
                            description =
                                    "How far apart the points are; a sixtieth of fathom.lag.history at the least, one minute as a"
                                            + " rule.",
                            example = "PT1M",
                            schema = @Schema(type = SchemaType.STRING, defaultValue = "PT1M"))
                    @QueryParam("step")
                    String step) {
        Cluster cluster = clusters.named(clusterName, false);
        String id = Ids.decode("group", group);
        Duration back = Params.duration("window", window, Duration.ofHours(1));
        Duration apart = Params.duration("step", step, Duration.ofMinutes(1));
        clusters.access().needWholeGroup(VIEWER, cluster.name(), id);
        Instant now = seen.now();
        GroupHistory history = seen.progress(cluster, id)
                .map(of -> of.history(now.minus(back), now, apart))
                .orElseGet(() -> {
                    // A group there is none of is a 404, as everywhere; one nobody has looked at has no history yet.
                    groups.described(cluster, id);
                    return new GroupHistory(sampling.historyStep(), List.of(), List.of());
                });
        List<GroupEvent> events = others.among(cluster, id, history.events());
        return LagHistory.of(id, new GroupHistory(history.step(), history.points(), events), now);
    }
}
