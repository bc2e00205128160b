package dev.fathom.reset;

import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.GroupType;
import dev.fathom.operation.Kind;
import dev.fathom.position.Position;
import dev.fathom.position.Position.Absolute;
import dev.fathom.position.Position.Ago;
import dev.fathom.position.Position.Anchor;
import dev.fathom.position.Position.At;
import dev.fathom.position.Position.None;
import dev.fathom.position.Position.Shifted;
import dev.fathom.reset.PlanRow.Intention;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * The command lines of Kafka's own tools that come to the same as a plan. They do not guard: they clamp what lies outside
 * the log and take no notice of who else moves the group.
 */
public final class CommandLines {

    private static final DateTimeFormatter MILLIS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    /** Beyond this many lines the plan file is shorter. */
    private static final int MOST_LINES = 20;

    private CommandLines() {}

    /** The lines for a plan; none where Kafka's tools have no way to do it. */
    public static List<String> of(Plan plan) {
        Map<String, Map<String, List<Integer>>> byOption = new LinkedHashMap<>();
        for (PlanRow row : plan.rows()) {
            if (row.intention() == Intention.SKIPPED) {
                continue;
            }
            Optional<String> option = option(plan, row);
            if (option.isEmpty()) {
                return List.of();
            }
            byOption.computeIfAbsent(option.get(), key -> new TreeMap<>())
                    .computeIfAbsent(row.partition().topic(), topic -> new ArrayList<>())
                    .add(row.partition().partition());
        }
        if (plan.kind() == Kind.DELETE_GROUP) {
            return List.of(start(plan) + " --delete");
        }
        if (byOption.size() > MOST_LINES && plan.group().type() != GroupType.SHARE) {
            return List.of(start(plan) + " --reset-offsets --from-file plan.csv --execute");
        }
        List<String> lines = new ArrayList<>();
        byOption.forEach((option, topics) -> lines.add(line(plan, option, topics)));
        return lines;
    }

    private static String line(Plan plan, String option, Map<String, List<Integer>> topics) {
        boolean delete = option.equals("--delete-offsets");
        StringJoiner line = new StringJoiner(" ").add(start(plan)).add(delete ? option : "--reset-offsets");
        String flag = plan.group().type() == GroupType.STREAMS ? "--input-topic" : "--topic";
        topics.forEach((topic, partitions) -> line.add(flag).add(quoted(target(plan, topic, partitions))));
        return delete ? line.toString() : line.add(option).add("--execute").toString();
    }

    /** Kafka's tool for share groups takes whole topics only. */
    private static String target(Plan plan, String topic, List<Integer> partitions) {
        if (plan.group().type() == GroupType.SHARE) {
            return topic;
        }
        StringJoiner numbers = new StringJoiner(",", topic + ":", "");
        partitions.forEach(number -> numbers.add(Integer.toString(number)));
        return numbers.toString();
    }

    private static String start(Plan plan) {
        String tool =
                switch (plan.group().type()) {
                    case SHARE -> "kafka-share-groups.sh";
                    case STREAMS -> "kafka-streams-groups.sh";
                    default -> "kafka-consumer-groups.sh";
                };
        return tool + " --bootstrap-server \"$BOOTSTRAP_SERVERS\" --group "
                + quoted(plan.group().id());
    }

    private static Optional<String> option(Plan plan, PlanRow row) {
        boolean asAsked = row.note().isEmpty() || row.note().get() == PlanRow.Note.UNCHANGED;
        Optional<Position> position = row.position().filter(asked -> asAsked);
        if (row.to().isEmpty()) {
            return Optional.of("--delete-offsets");
        }
        Optional<String> option = position.flatMap(CommandLines::option);
        boolean share = plan.group().type() == GroupType.SHARE;
        return option.filter(found -> !share
                        || found.equals("--to-earliest")
                        || found.equals("--to-latest")
                        || found.startsWith("--to-datetime"))
                .or(() ->
                        share ? Optional.empty() : row.to().map(Commit::offset).map(offset -> "--to-offset " + offset));
    }

    private static Optional<String> option(Position position) {
        if (position instanceof At at) {
            return Optional.of("--to-datetime " + MILLIS.format(at.instant()));
        }
        if (position instanceof Ago ago) {
            return Optional.of("--by-duration " + ago.span());
        }
        if (position instanceof Absolute absolute) {
            return Optional.of("--to-offset " + absolute.offset());
        }
        if (position instanceof None) {
            return Optional.of("--delete-offsets");
        }
        if (position instanceof Shifted shifted) {
            if (shifted.anchor() == Anchor.CURRENT) {
                return Optional.of(shifted.by() == 0 ? "--to-current" : "--shift-by " + shifted.by());
            }
            return shifted.by() == 0
                    ? Optional.of("--to-" + shifted.anchor().name().toLowerCase(Locale.ROOT))
                    : Optional.empty();
        }
        return Optional.empty();
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
