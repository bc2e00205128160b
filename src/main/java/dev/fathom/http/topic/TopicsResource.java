package dev.fathom.http.topic;

import static dev.fathom.config.Level.VIEWER;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.Topic;
import dev.fathom.group.GroupList;
import dev.fathom.group.Groups;
import dev.fathom.http.answer.Listing;
import dev.fathom.http.answer.Lists;
import dev.fathom.http.auth.CallerClusters;
import dev.fathom.http.auth.Needs;
import dev.fathom.http.contract.Answers;
import dev.fathom.http.contract.CommonProblems;
import dev.fathom.http.group.GroupItem;
import dev.fathom.http.group.GroupsResource;
import dev.fathom.http.group.SeenGroups;
import dev.fathom.http.problem.ItemProblem;
import dev.fathom.http.problem.ProblemException;
import dev.fathom.http.problem.ProblemType;
import dev.fathom.http.request.Cursor;
import dev.fathom.http.request.Ids;
import dev.fathom.http.request.Links;
import dev.fathom.http.request.Params;
import dev.fathom.http.topic.RecordRendering.Format;
import dev.fathom.http.words.WordsOf;
import dev.fathom.page.Page;
import dev.fathom.page.PageRequest;
import dev.fathom.position.Position;
import dev.fathom.topic.PartitionOffsets;
import dev.fathom.topic.ReadRecords;
import dev.fathom.topic.Topics;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Topics, the offsets in their logs, and their records. */
@Path(Links.BASE)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Topics")
@Answers(with = CommonProblems.CLUSTER)
public class TopicsResource {

    private static final String BY_NAME = "name";
    private static final String BY_PARTITION = "partition";
    private static final int MOST_RECORDS = 500;
    private static final int MOST_BYTES_SHOWN = 1 << 20;
    private static final int MOST_POSITIONS = 20;

    private final CallerClusters clusters;
    private final Topics topics;
    private final Groups groups;
    private final SeenGroups seen;
    private final Clock clock;

    TopicsResource(CallerClusters clusters, Topics topics, Groups groups, SeenGroups seen, Clock clock) {
        this.seen = seen;
        this.clusters = clusters;
        this.topics = topics;
        this.groups = groups;
        this.clock = clock;
    }

    @GET
    @Path("clusters/{cluster}/topics")
    @Needs(level = VIEWER)
    @Operation(
            operationId = "listTopics",
            summary = "List the topics",
            description = "The topics the service may see, by name. Partition counts may be five seconds old.")
    public Listing<TopicItem> list(
            @PathParam("cluster") String clusterName,
            @Parameter(description = "Part of the name, in any case.") @QueryParam("search") String search,
            @Parameter(
                            description =
                                    "Whether Kafka's own topics and those that Fathom runs on are listed too. One whose"
                                            + " whole name is searched for always is.",
                            schema = @Schema(type = SchemaType.BOOLEAN, defaultValue = "false"))
                    @QueryParam("internal")
                    String internal,
            @QueryParam("limit") String limit,
            @QueryParam("cursor") String cursor,
            @QueryParam("fresh") String fresh) {
        Cluster cluster = clusters.named(clusterName, Params.flag("fresh", fresh, false));
        PageRequest request = Cursor.page(BY_NAME, limit, cursor);
        Instant observedAt = clock.instant();
        Topics.TopicList list =
                topics.list(cluster, Params.text(search), Params.flag("internal", internal, false), request);
        Page<TopicItem> page = list.page()
                .withItems(list.page().items().stream()
                        .map(topic -> TopicItem.of(cluster, topic))
                        .toList());
        return Lists.of(BY_NAME, request, page, ItemProblem.of(list.problems(), List.of()), observedAt);
    }

    @GET
    @Path("clusters/{cluster}/topics/{topic}")
    @Needs(level = VIEWER)
    @Answers(ProblemType.TOPIC_NOT_FOUND)
    @Operation(
            operationId = "describeTopic",
            summary = "Describe a topic",
            description = "Where its partitions live: leader, replicas, those in sync. May be five seconds old.")
    public TopicDetail describe(
            @PathParam("cluster") String clusterName,
            @PathParam("topic") String topic,
            @QueryParam("fresh") String fresh) {
        Cluster cluster = clusters.named(clusterName, Params.flag("fresh", fresh, false));
        return TopicDetail.of(cluster, topics.describe(cluster, Ids.decode("topic", topic)));
    }

    @GET
    @Path("clusters/{cluster}/topics/{topic}/offsets")
    @Needs(level = VIEWER)
    @Answers({ProblemType.TOPIC_NOT_FOUND, ProblemType.PARTITION_NOT_FOUND})
    @Operation(
            operationId = "listTopicOffsets",
            summary = "Find offsets in a topic's logs",
            description = "The bounds of each partition's log, and where positions are in it: what ReadFirstOffset and"
                    + " ReadLastOffset tell, and any other place. A position without an answer in a log is null.")
    public Listing<TopicOffsets> offsets(
            @PathParam("cluster") String clusterName,
            @PathParam("topic") String topicName,
            @Parameter(
                            description =
                                    "Positions, comma separated, 20 at most: earliest, earliest+50, latest, latest-50,"
                                            + " an offset, an RFC 3339 instant, -PT1H, max-timestamp, earliest-local,"
                                            + " latest-tiered.",
                            example = "latest-50,-PT1H",
                            schema = @Schema(type = SchemaType.STRING, defaultValue = "earliest,latest"))
                    @QueryParam("at")
                    String at,
            @Parameter(
                            description = "One partition number; all when absent.",
                            schema = @Schema(type = SchemaType.INTEGER, format = "int32", minimum = "0"))
                    @QueryParam("partition")
                    String partition,
            @QueryParam("isolation") String isolation,
            @QueryParam("limit") String limit,
            @QueryParam("cursor") String cursor,
            @QueryParam("fresh") String fresh) {
        Cluster cluster = clusters.named(clusterName, Params.flag("fresh", fresh, false));
        PageRequest request = Cursor.page(BY_PARTITION, limit, cursor);
        Map<String, Position> positions = positions(Params.text(at).orElse("earliest,latest"));
        Optional<String> one =
                Params.number("partition", partition, 0, Integer.MAX_VALUE).isPresent()
                        ? Optional.of(partition)
                        : Optional.empty();
        Instant observedAt = clock.instant();
        List<PartitionOffsets> found =
                topics.offsets(cluster, Ids.decode("topic", topicName), one, positions, Params.isolation(isolation));
        Page<PartitionOffsets> page = Page.of(
                found, offsets -> String.format("%010d", offsets.partition().partition()), request);
        List<ItemProblem> problems = new ArrayList<>();
        page.items().forEach(offsets -> offsets.problem()
                .ifPresent(problem ->
                        problems.add(ItemProblem.of(offsets.partition().toString(), problem))));
        return Lists.of(
                BY_PARTITION,
                request,
                page.withItems(page.items().stream().map(TopicOffsets::of).toList()),
                problems,
                observedAt);
    }

    private static Map<String, Position> positions(String at) {
        Map<String, Position> positions = new LinkedHashMap<>();
        for (String written : Params.list(at)) {
            Position position = Params.position("at", written);
            if (position.needsGroup()) {
                throw ProblemException.parameter("at", "\"" + written + "\" means nothing without a group.");
            }
            positions.put(Params.written(written), position);
        }
        if (positions.size() > MOST_POSITIONS) {
            throw ProblemException.parameter("at", "more than " + MOST_POSITIONS + " positions.");
        }
        return positions;
    }

    @GET
    @Path("clusters/{cluster}/topics/{topic}/partitions/{partition}/seek")
    @Needs(level = VIEWER)
    @Answers(with = CommonProblems.LOG)
    @Operation(
            operationId = "seekPosition",
            summary = "Resolve a position in one log",
            description =
                    "What a plain consumer's seek to the position would give. A place outside the log is a 422 with"
                            + " the log's bounds, never clamped.")
    public SeekAnswer seek(
            @PathParam("cluster") String clusterName,
            @PathParam("topic") String topic,
            @PathParam("partition") String partition,
            @Parameter(
                            description =
                                    "The position: earliest+50, latest-50, current-10, an offset, an RFC 3339 instant,"
                                            + " -PT1H, max-timestamp, earliest-local, latest-tiered.",
                            required = true,
                            example = "latest-5")
                    @QueryParam("position")
                    String position,
            @Parameter(
                            description = "The offset that current counts from.",
                            schema = @Schema(type = SchemaType.INTEGER, format = "int64", minimum = "0"))
                    @QueryParam("current")
                    @Nullable
                    String current,
            @QueryParam("fresh") @Nullable String fresh) {
        Cluster cluster = clusters.named(clusterName, Params.flag("fresh", fresh, false));
        Position sought = groupless("position", position, true);
        Optional<Long> from = Params.number("current", current, 0, Long.MAX_VALUE).stream()
                .boxed()
                .findFirst();
        if (sought.needsGroup() && from.isEmpty()) {
            throw ProblemException.parameter("current", "required, since position " + sought + " counts from it.");
        }
        return SeekAnswer.of(topics.seek(cluster, Ids.decode("topic", topic), partition, sought, from));
    }

    /** A position for a log without a group; {@code current} only where the caller can say what it is. */
    private static Position groupless(String name, String written, boolean currentAllowed) {
        if (written == null || written.isBlank()) {
            throw ProblemException.parameter(name, "required: the place in the log, for example latest-10.");
        }
        Position position = Params.position(name, written);
        if (position.needsGroup() && !(currentAllowed && position.countsFromCommit())) {
            throw ProblemException.parameter(name, "\"" + written + "\" means nothing without a group.");
        }
        return position;
    }

    @GET
    @Path("clusters/{cluster}/topics/{topic}/partitions/{partition}/records")
    @Needs(level = VIEWER)
    @Answers(with = CommonProblems.LOG)
    @Operation(
            operationId = "readRecords",
            summary = "Read records from a position on",
            description =
                    "Records as they lie in the log. Joins no group and commits nothing. One answer carries at most"
                            + " 500 records and 4 MiB of them, and ends with the cluster's call timeout; nextOffset says where to go"
                            + " on.")
    public RecordsAnswer records(
            @PathParam("cluster") String clusterName,
            @PathParam("topic") String topic,
            @PathParam("partition") String partition,
            @QueryParam("position") @Nullable String position,
            @QueryParam("limit") String limit,
            @QueryParam("isolation") @Nullable String isolation,
            @QueryParam("maxBytes") @Nullable String maxBytes,
            @WordsOf(RecordRendering.Format.class) @QueryParam("format") @Nullable String format,
            @QueryParam("fresh") @Nullable String fresh) {
        Cluster cluster = clusters.named(clusterName, Params.flag("fresh", fresh, false));
        Position from = groupless("position", Params.text(position).orElse("latest-10"), false);
        RecordRendering rendering = new RecordRendering(
                Params.one("format", Params.text(format).orElse("auto"), List.of(Format.values()), form -> form.name()
                        .toLowerCase(Locale.ROOT)),
                Params.integer("maxBytes", maxBytes, 1 << 16, 1, MOST_BYTES_SHOWN));
        int most = Params.integer("limit", limit, 10, 1, MOST_RECORDS);
        Instant observedAt = clock.instant();
        ReadRecords read =
                topics.records(cluster, Ids.decode("topic", topic), partition, from, most, Params.isolation(isolation));
        return new RecordsAnswer(
                read.batch().records().stream().map(rendering::render).toList(),
                read.firstOffset(),
                read.lastOffset(),
                read.batch().nextOffset(),
                read.batch().cutByBytes(),
                observedAt);
    }

    @GET
    @Path("clusters/{cluster}/topics/{topic}/groups")
    @Needs(level = VIEWER)
    @Answers(ProblemType.TOPIC_NOT_FOUND)
    @Operation(
            operationId = "listTopicGroups",
            summary = "List the groups on a topic",
            description =
                    "Groups with a commit on the topic or a member assigned to it, by id; lag is that on this topic"
                            + " alone.")
    public Listing<GroupItem> groups(
            @PathParam("cluster") String clusterName,
            @PathParam("topic") String topicName,
            @QueryParam("limit") String limit,
            @QueryParam("cursor") String cursor,
            @QueryParam("fresh") String fresh) {
        Cluster cluster = clusters.named(clusterName, Params.flag("fresh", fresh, false));
        PageRequest request = Cursor.page(BY_NAME, limit, cursor);
        Topic topic = topics.describe(cluster, Ids.decode("topic", topicName));
        GroupList list = groups.onTopic(cluster, topic, request);
        return GroupsResource.listing(cluster, list, BY_NAME, request, true, seen);
    }
}
