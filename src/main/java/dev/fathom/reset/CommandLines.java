package dev.fathom.reset;

import dev.fathom.cluster.Commits.Commit;
import dev.fathom.operation.Kind;
import dev.fathom.position.Position;
import dev.fathom.reset.PlanRow.Intention;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * The command lines of Kafka's own tools that do the same as a plan. They do not guard: they clamp what lies outside
 * the log and take no notice of who else moves the group.
 */
public final class CommandLines {

    /** Beyond this many lines the plan file is shorter. */
    private static final int MOST_LINES = 20;

    private enum Tool {
        CONSUMER_GROUPS("kafka-consumer-groups.sh", "--topic", false),
        SHARE_GROUPS("kafka-share-groups.sh", "--topic", true),
        STREAMS_GROUPS("kafka-streams-groups.sh", "--input-topic", false);

        private final String script;
        private final String topicOption;
        /** Whether it takes no partition numbers, nor offsets. */
        private final boolean wholeTopics;

        Tool(String script, String topicOption, boolean wholeTopics) {
            this.script = script;
            this.topicOption = topicOption;
            this.wholeTopics = wholeTopics;
        }
    }

    private CommandLines() {}

    private static Tool tool(Plan plan) {
        return switch (plan.group().type()) {
            case SHARE -> Tool.SHARE_GROUPS;
            case STREAMS -> Tool.STREAMS_GROUPS;
            case CLASSIC, CONSUMER, UNKNOWN -> Tool.CONSUMER_GROUPS;
        };
    }

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
        if (byOption.size() > MOST_LINES && !tool(plan).wholeTopics) {
            return List.of(start(plan) + " --reset-offsets --from-file plan.csv --execute");
        }
        List<String> lines = new ArrayList<>();
        byOption.forEach((option, topics) -> lines.add(line(plan, option, topics)));
        return lines;
    }

    private static String line(Plan plan, String option, Map<String, List<Integer>> topics) {
        boolean delete = option.equals("--delete-offsets");
        StringJoiner line = new StringJoiner(" ").add(start(plan)).add(delete ? option : "--reset-offsets");
        topics.forEach(
                (topic, partitions) -> line.add(tool(plan).topicOption).add(quoted(target(plan, topic, partitions))));
        return delete ? line.toString() : line.add(option).add("--execute").toString();
    }

    private static String target(Plan plan, String topic, List<Integer> partitions) {
        if (tool(plan).wholeTopics) {
            return topic;
        }
        StringJoiner numbers = new StringJoiner(",", topic + ":", "");
        partitions.forEach(number -> numbers.add(Integer.toString(number)));
        return numbers.toString();
    }

    private static String start(Plan plan) {
        return tool(plan).script + " --bootstrap-server \"$BOOTSTRAP_SERVERS\" --group "
                + quoted(plan.group().id());
    }

    private static Optional<String> option(Plan plan, PlanRow row) {
        boolean asAsked = row.note().isEmpty() || row.note().get() == PlanRow.Note.UNCHANGED;
        Optional<Position> position = row.position().filter(asked -> asAsked);
        if (row.to().isEmpty()) {
            return Optional.of("--delete-offsets");
        }
        Optional<String> option = position.flatMap(Position::toolOption);
        boolean wholeTopics = tool(plan).wholeTopics;
        return option.filter(found -> !wholeTopics
                        || found.equals("--to-earliest")
                        || found.equals("--to-latest")
                        || found.startsWith("--to-datetime"))
                .or(() -> wholeTopics
                        ? Optional.empty()
                        : row.to().map(Commit::offset).map(offset -> "--to-offset " + offset));
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
