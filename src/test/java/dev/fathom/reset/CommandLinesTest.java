package dev.fathom.reset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.GroupListing;
import dev.fathom.cluster.GroupState;
import dev.fathom.cluster.GroupType;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.operation.Kind;
import dev.fathom.position.Position;
import dev.fathom.position.Position.Absolute;
import dev.fathom.position.Position.None;
import dev.fathom.reset.PlanRow.Intention;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the command lines say: all of a plan, once, and nothing that a shell would take for something else. */
class CommandLinesTest {

    /** A word in single quotes, in which a quote is written {@code '\''}. */
    private static final Pattern QUOTED = Pattern.compile("'((?:[^']|'\\\\'')*+)'");

    @Provide
    Arbitrary<List<Position>> positions() {
        return Arbitraries.of(
                        "earliest",
                        "latest",
                        "42",
                        "current-3",
                        "latest-5",
                        "none",
                        "-PT1H",
                        "group:other",
                        "committed-at:-PT1H")
                .map(Position::parse)
                .list()
                .ofMinSize(1)
                .ofMaxSize(15);
    }

    private static PlanRow row(int number, Position position, Intention intention) {
        Optional<Commit> to =
                position.deletes() ? Optional.empty() : Optional.of(new Commit(42, OptionalInt.empty(), ""));
        return new PlanRow(
                new TopicPartition("orders", number),
                "id",
                Optional.empty(),
                to,
                Optional.of(position),
                Optional.of(0L),
                Optional.of(100L),
                Optional.empty(),
                Optional.empty(),
                intention,
                Optional.empty(),
                Optional.empty());
    }

    private static Plan plan(GroupType type, String group, Kind kind, List<PlanRow> rows) {
        GroupListing listing = new GroupListing(group, type, GroupState.EMPTY, "", true);
        return new Plan(kind, listing, Optional.empty(), rows, List.of(), List.of(), Plan.Unseen.NONE);
    }

    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        Matcher quoted = QUOTED.matcher(line);
        while (quoted.find()) {
            words.add(quoted.group(1).replace("'\\''", "'"));
        }
        return words;
    }

    @Property
    void everyPartitionThatIsMovedIsNamedOnce(@ForAll("positions") List<Position> positions) {
        List<PlanRow> rows = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (Position position : positions) {
            boolean skipped = rows.size() % 3 == 2;
            if (!skipped) {
                expected.add(Integer.toString(rows.size()));
            }
            rows.add(row(rows.size(), position, skipped ? Intention.SKIPPED : Intention.PLANNED));
        }

        List<String> named = CommandLines.of(plan(GroupType.CLASSIC, "group", Kind.RESET, rows)).stream()
                .flatMap(line -> words(line).stream().skip(1))
                .flatMap(target -> Pattern.compile(",").splitAsStream(target.substring("orders:".length())))
                .toList();

        assertThat(named).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Property
    void anyGroupIdIsOneWordOfTheShell(@ForAll String group) {
        String line = CommandLines.of(plan(GroupType.CLASSIC, group, Kind.DELETE_GROUP, List.of()))
                .get(0);

        assertThat(words(line)).containsExactly(group);
        assertThat(QUOTED.matcher(line).replaceAll("")).doesNotContain("'");
    }

    @ParameterizedTest
    @CsvSource({
        "CLASSIC, kafka-consumer-groups.sh, --topic, orders:0",
        "CONSUMER, kafka-consumer-groups.sh, --topic, orders:0",
        "STREAMS, kafka-streams-groups.sh, --input-topic, orders:0",
        "SHARE, kafka-share-groups.sh, --topic, orders"
    })
    void eachTypeOfGroupHasItsTool(GroupType type, String tool, String option, String target) {
        List<PlanRow> rows = List.of(row(0, Position.parse("earliest"), Intention.PLANNED));

        assertThat(CommandLines.of(plan(type, "group", Kind.RESET, rows)))
                .singleElement()
                .asString()
                .startsWith(tool + " ")
                .contains(" " + option + " '" + target + "' ")
                .endsWith("--to-earliest --execute");
    }

    @Property
    void whatAShareGroupsToolCannotSayHasNoLines(@ForAll("positions") List<Position> positions) {
        List<PlanRow> rows = new ArrayList<>();
        positions.forEach(position -> rows.add(row(rows.size(), position, Intention.PLANNED)));
        boolean sayable = positions.stream()
                .noneMatch(position -> position instanceof Absolute
                        || position.otherGroup().isPresent()
                        || position.countsFromCommit()
                        || position.moment(java.time.Instant.EPOCH).isPresent()
                        || List.of("latest-5", "-PT1H").contains(position.toString()));

        assertThat(CommandLines.of(plan(GroupType.SHARE, "group", Kind.RESET, rows))
                        .isEmpty())
                .isEqualTo(!sayable);
    }

    @Property
    void whatIsDeletedIsNotReset(@ForAll("positions") List<Position> positions) {
        List<PlanRow> rows = new ArrayList<>();
        positions.forEach(position -> rows.add(row(rows.size(), position, Intention.PLANNED)));
        boolean deletes = positions.contains(new None());

        assertThat(CommandLines.of(plan(GroupType.CLASSIC, "group", Kind.RESET, rows)).stream()
                        .filter(line -> line.contains("--delete-offsets")))
                .hasSize(deletes ? 1 : 0)
                .noneMatch(line -> line.contains("--reset-offsets") || line.contains("--execute"));
    }
}
