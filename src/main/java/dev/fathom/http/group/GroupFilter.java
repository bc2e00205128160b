package dev.fathom.http.group;

import dev.fathom.cluster.GroupState;
import dev.fathom.cluster.GroupType;
import dev.fathom.group.GroupQuery;
import dev.fathom.group.GroupSort;
import dev.fathom.http.request.Params;
import dev.fathom.http.words.WordsOf;
import dev.fathom.progress.Verdict;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/** Which groups a list has, and in which order: parameters of the query. Their names are read by reflection. */
@RegisterForReflection
public class GroupFilter {

    @Parameter(description = "Types, comma separated: classic, consumer, share, streams. All when absent.")
    @QueryParam("type")
    public @Nullable String type;

    @Parameter(
            description = "States, comma separated: empty, stable, preparing-rebalance, completing-rebalance,"
                    + " assigning, reconciling, not-ready, dead. All when absent.")
    @QueryParam("state")
    public @Nullable String state;

    @Parameter(
            description = "The protocol type, exactly. A group that was only ever committed to has none and counts as"
                    + " consumer.")
    @QueryParam("protocol")
    public @Nullable String protocol;

    @Parameter(description = "Part of the id, in any case.")
    @QueryParam("search")
    public @Nullable String search;

    @Parameter(description = "A topic the group has committed to or is assigned, exactly.")
    @QueryParam("topic")
    public @Nullable String topic;

    @Parameter(description = "Part of the member id, instance id, client id or host of a member.")
    @QueryParam("member")
    public @Nullable String member;

    @Parameter(
            description = "The least lag, in offsets (share groups: of its upper bound). Groups whose lag is unknown do"
                    + " not fit.",
            schema = @Schema(type = SchemaType.INTEGER, format = "int64", minimum = "0"))
    @QueryParam("minLag")
    public @Nullable String minLag;

    @Parameter(
            description =
                    "Whether the groups that Fathom itself runs on are listed too. One whose whole id is searched for"
                            + " always is.",
            schema = @Schema(type = SchemaType.BOOLEAN, defaultValue = "false"))
    @QueryParam("internal")
    public @Nullable String internal;

    @Parameter(
            description =
                    "Verdicts, comma separated: losing, blocked, rewound, unstable, stopped, stalled, periodic, behind, ok,"
                            + " unknown. All when absent.")
    @QueryParam("verdict")
    public @Nullable String verdict;

    @Parameter(
            description = "The order; groups that are equal in it are in the order of their ids. -lag ranks by total,"
                    + " -effectiveLag by what of it can still be read, -timeLag by how long the first unread record has been"
                    + " there, as of the last look.",
            schema = @Schema(type = SchemaType.STRING, defaultValue = "name"))
    @WordsOf(GroupSort.class)
    @QueryParam("sort")
    public @Nullable String sort;

    GroupSort order() {
        return Params.one("sort", Params.text(sort).orElse("name"), List.of(GroupSort.values()), GroupSort::wireName);
    }

    /**
     * @param verdicts those on groups, by id
     * @param unreadSince since when a group's first unread record has been there, by id
     */
    GroupQuery query(boolean withLag, Function<String, Verdict> verdicts, Function<String, OptionalLong> unreadSince) {
        Set<Verdict> wanted = Params.names("verdict", verdict, List.of(Verdict.values()), Verdict::wireName);
        return new GroupQuery(
                Params.names("type", type, known(GroupType.values()), GroupType::wireName),
                Params.names("state", state, known(GroupState.values()), GroupState::wireName),
                Params.text(protocol),
                Params.text(search),
                Params.text(topic),
                Params.text(member),
                Params.number("minLag", minLag, 0, Long.MAX_VALUE),
                Params.flag("internal", internal, false),
                wanted.isEmpty() ? Optional.empty() : Optional.of(id -> wanted.contains(verdicts.apply(id))),
                withLag,
                order(),
                unreadSince);
    }

    /** The constants a filter may name: unknown is none of them. */
    private static <E extends Enum<E>> List<E> known(E[] constants) {
        return List.of(constants).subList(0, constants.length - 1);
    }
}
