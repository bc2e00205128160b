package dev.fathom.http.diagnosis;

import dev.fathom.diagnosis.Finding.Next;
import dev.fathom.http.request.Links;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A call that can be made as it stands. */
@Schema(description = "What to look at next: a call that can be made as it stands, and changes nothing.")
public record NextCall(
        @Schema(description = "What it tells.", required = true)
        String say,

        @Schema(description = "The method.", required = true)
        String method,

        @Schema(description = "Path and query.", required = true)
        String href,

        @Schema(description = "The body; absent where there is none.") @Nullable
        PlanBody body) {

    /** The body of a dry run. */
    @Schema(description = "The body of a dry run of resetGroup.")
    public record PlanBody(
            @Schema(description = "Always true: nothing is moved.", required = true)
            boolean dryRun,

            @Schema(description = "Where to.", required = true)
            String to,

            @Schema(description = "What of the group.", required = true)
            List<Target> targets) {}

    /** What of a group. */
    @Schema(name = "PlanTarget", description = "Partitions of a topic.")
    public record Target(
            @Schema(description = "The topic.", required = true)
            String topic,

            @Schema(description = "The partition numbers.", required = true)
            List<Integer> partitions) {}

    static NextCall of(String cluster, String group, Next next) {
        String self = Links.group(cluster, group);
        if (next instanceof Next.ReadRecord read) {
            return get(
                    "The first unread record.",
                    partition(
                                    cluster,
                                    read.partition().topic(),
                                    read.partition().partition()) + "/records?position=" + read.offset() + "&limit=1");
        }
        if (next instanceof Next.ListMembers) {
            return get("Who is in the group, what each owns, and how far behind that is.", self + "/members");
        }
        if (next instanceof Next.ListOffsets list) {
            return get("Where the group is on the topic.", self + "/offsets?topic=" + encoded(list.topic()));
        }
        if (next instanceof Next.ListGroupOffsets) {
            return get("What it has committed.", self + "/offsets");
        }
        if (next instanceof Next.History) {
            return get("What it was like before.", self + "/lag/history");
        }
        if (next instanceof Next.TopicOffsets offsets) {
            return get(
                    "Where the log begins and ends, and where open transactions hold it.",
                    Links.topic(cluster, offsets.partition().topic()) + "/offsets?partition="
                            + offsets.partition().partition() + "&fresh=true");
        }
        if (next instanceof Next.ListOperations) {
            return get(
                    "Whether it was moved through this service, and by whom.",
                    Links.BASE + "/operations?cluster=" + encoded(cluster) + "&group=" + encoded(group));
        }
        Next.PlanMove move = (Next.PlanMove) next;
        return new NextCall(
                "What moving it to " + move.to() + " would do: a dry run.",
                "POST",
                self + "/resets",
                new PlanBody(
                        true,
                        move.to(),
                        List.of(new Target(
                                move.partition().topic(),
                                List.of(move.partition().partition())))));
    }

    private static String partition(String cluster, String topic, int partition) {
        return Links.topic(cluster, topic) + "/partitions/" + partition;
    }

    private static NextCall get(String say, String href) {
        return new NextCall(say, "GET", href, null);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
