package dev.fathom.packaged;

import static dev.fathom.testing.Kafka.unique;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Api;
import dev.fathom.testing.Api.Answer;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.Kafka;
import dev.fathom.testing.KafkaTools;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same targets as Kafka's own tool in every mode it has; and where the tool clamps, or sends what it cannot find to the
 * end, an answer that says so.
 */
@Execution(ExecutionMode.CONCURRENT)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResetsAgainstKafkaToolsIT {

    private static final Pattern LINE = Pattern.compile("(\\S+)\\s+(\\S+)\\s+(\\d+)\\s+(\\d+)\\s*.*");
    private static final Instant HALF =
            Instant.now().truncatedTo(ChronoUnit.SECONDS).minusSeconds(3600);

    private final Api api = SharedService.api();
    private Kafka kafka;
    private String group;
    private String orders;
    private String payments;

    /** Two topics with records an hour and a minute old; the log of orders-0 begins at 10. */
    @BeforeAll
    void fill() {
        kafka = new Kafka(Brokers.main().bootstrapServers());
        orders = kafka.topic(unique("orders"), 3, Map.of("message.timestamp.type", "CreateTime"));
        payments = kafka.topic(unique("payments"), 1, Map.of());
        group = unique("group");
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int partition = 0; partition < 3; partition++) {
            for (int i = 0; i < 40; i++) {
                long written =
                        HALF.plusSeconds(i < 20 ? -3600 + i : 3540 + i - 20).toEpochMilli();
                records.add(new ProducerRecord<>(orders, partition, written, null, new byte[] {1}));
            }
        }
        kafka.produce(records);
        kafka.produce(payments, 0, 15);
        kafka.trim(orders, 0, 10);
        kafka.commit(
                group,
                Map.of(
                        new TopicPartition(orders, 0), 30L,
                        new TopicPartition(orders, 1), 25L,
                        new TopicPartition(orders, 2), 20L,
                        new TopicPartition(payments, 0), 5L));
    }

    @AfterAll
    void disconnect() {
        kafka.close();
    }

    /** A mode of the tool and what is asked of Fathom for the same. */
    record Mode(List<String> options, String to) {}

    static Stream<Mode> modes() {
        return Stream.of(
                new Mode(List.of("--to-earliest"), "earliest"),
                new Mode(List.of("--to-latest"), "latest"),
                new Mode(List.of("--to-current"), "current"),
                new Mode(List.of("--to-offset", "12"), "12"),
                new Mode(List.of("--shift-by", "-3"), "current-3"),
                new Mode(List.of("--shift-by", "7"), "current+7"),
                new Mode(List.of("--to-datetime", HALF.toString().replace("Z", ".000Z")), HALF.toString()),
                new Mode(List.of("--to-datetime", "2001-01-01T00:00:00.000+02:00"), "2001-01-01T00:00:00+02:00"),
                new Mode(List.of("--by-duration", "PT30M"), "-PT30M"),
                new Mode(List.of("--by-duration", "PT1H30M"), "-PT1H30M"));
    }

    private Map<String, Long> tool(List<String> scope, List<String> mode) {
        List<String> arguments = new ArrayList<>(List.of(
                "--bootstrap-server",
                Brokers.main().bootstrapServers(),
                "--group",
                group,
                "--reset-offsets",
                "--dry-run"));
        arguments.addAll(scope);
        arguments.addAll(mode);
        Map<String, Long> targets = new TreeMap<>();
        for (String line :
                KafkaTools.consumerGroups(arguments.toArray(String[]::new)).split("\n")) {
            Matcher matcher = LINE.matcher(line.trim());
            if (matcher.matches() && matcher.group(1).equals(group)) {
                targets.put(matcher.group(2) + "-" + matcher.group(3), Long.parseLong(matcher.group(4)));
            }
        }
        assertThat(targets).as(String.join(" ", arguments)).isNotEmpty();
        return targets;
    }

    private Answer fathom(String body) {
        return api.post("/api/v1/clusters/local/groups/" + group + "/resets", body.replace('\'', '"'));
    }

    private static Map<String, Long> targets(JsonNode plan) {
        Map<String, Long> targets = new TreeMap<>();
        plan.get("partitions")
                .forEach(row -> targets.put(
                        row.get("topic").asText() + "-" + row.get("partition").asInt(),
                        row.at("/to/offset").asLong()));
        return targets;
    }

    @ParameterizedTest
    @MethodSource("modes")
    void allTopicsOfTheGroup(Mode mode) {
        JsonNode plan = fathom("{'dryRun':true,'outOfRange':'clamp','to':'" + mode.to() + "'}")
                .ok();

        assertThat(targets(plan)).isEqualTo(tool(List.of("--all-topics"), mode.options()));
    }

    @Test
    void oneTopicAndSomeOfItsPartitions() {
        List<String> scope = List.of("--topic", payments, "--topic", orders + ":0,2");
        JsonNode plan = fathom("{'dryRun':true,'to':'earliest','targets':[{'topic':'" + payments + "'},{'topic':'"
                        + orders + "','partitions':[0,2]}]}")
                .ok();

        assertThat(targets(plan)).isEqualTo(tool(scope, List.of("--to-earliest")));
    }

    @Test
    void whereTheToolClampsWeSaySo() {
        Map<String, Long> clamped = tool(List.of("--topic", orders), List.of("--to-offset", "5000"));

        assertThat(fathom("{'dryRun':true,'to':5000,'targets':[{'topic':'" + orders + "'}]}")
                        .problem())
                .isEqualTo("offset-out-of-range");
        JsonNode plan = fathom("{'dryRun':true,'outOfRange':'clamp','to':5000,'targets':[{'topic':'" + orders + "'}]}")
                .ok();
        assertThat(targets(plan)).isEqualTo(clamped);
        assertThat(plan.findValuesAsText("note")).containsOnly("clamped-to-last");
        JsonNode low = fathom("{'dryRun':true,'outOfRange':'clamp','to':'current-29','targets':[{'topic':'" + orders
                        + "','partitions':[0]}]}")
                .ok();
        assertThat(targets(low)).isEqualTo(tool(List.of("--topic", orders + ":0"), List.of("--shift-by", "-29")));
        assertThat(low.at("/partitions/0/note").asText()).isEqualTo("clamped-to-first");
    }

    @Test
    void whereTheToolSendsALateInstantToTheEndWeSaySo() {
        Map<String, Long> end = tool(List.of("--topic", orders), List.of("--to-datetime", "2100-01-01T00:00:00.000Z"));
        String body = "{'dryRun':true,'to':'2100-01-01T00:00:00Z','targets':[{'topic':'" + orders + "'}]%s}";

        assertThat(fathom(String.format(body, "")).problem()).isEqualTo("no-record-at-or-after");
        JsonNode plan =
                fathom(String.format(body, ",'noRecordAtOrAfter':'latest'")).ok();
        assertThat(targets(plan)).isEqualTo(end);
        assertThat(plan.findValuesAsText("note")).containsOnly("no-record-at-or-after");
    }

    @Test
    void whereTheToolTakesTheEndForACommitThatIsNotThereWeSaySo() {
        String other = kafka.topic(1);
        kafka.produce(other, 0, 9);

        assertThat(tool(List.of("--topic", other), List.of("--to-current"))).containsEntry(other + "-0", 9L);
        assertThat(fathom("{'dryRun':true,'to':'current','targets':[{'topic':'" + other + "'}]}")
                        .problem())
                .isEqualTo("no-commit");
    }

    @Test
    void thePlanFileOfTheToolIsTakenAndOursIsTakenByIt() throws IOException {
        List<String> scope = List.of("--all-topics", "--to-earliest", "--export");
        String exported = Stream.of(KafkaTools.consumerGroups(Stream.concat(
                                        Stream.of(
                                                "--bootstrap-server",
                                                Brokers.main().bootstrapServers(),
                                                "--group",
                                                group,
                                                "--reset-offsets",
                                                "--dry-run"),
                                        scope.stream())
                                .toArray(String[]::new))
                        .split("\n"))
                .filter(line -> line.contains(","))
                .reduce("", (one, other) -> one + other + "\n");
        String path = "/api/v1/clusters/local/groups/" + group + "/resets?dryRun=true";

        Answer taken = api.send("POST", path, exported.getBytes(StandardCharsets.UTF_8), "Content-Type", "text/csv");
        Answer ours = api.post(
                "/api/v1/clusters/local/groups/" + group + "/resets",
                "{\"dryRun\":true,\"to\":\"latest-5\"}",
                "Accept",
                "text/csv");
        Path file = Path.of("target", unique("plan") + ".csv");
        Files.writeString(file, ours.text());

        assertThat(targets(taken.ok())).isEqualTo(tool(List.of("--all-topics"), List.of("--to-earliest")));
        assertThat(ours.header("Content-Type").orElseThrow()).startsWith("text/csv");
        Map<String, Long> written = new TreeMap<>();
        Arrays.stream(ours.text().split("\n"))
                .map(line -> line.split(","))
                .forEach(fields -> written.put(fields[0] + "-" + fields[1], Long.parseLong(fields[2])));
        assertThat(tool(List.of(), List.of("--from-file", file.toString()))).isEqualTo(written);
        Files.delete(file);
    }

    @Test
    void aPlanFileWithLinesThatAreNoneIsRefusedLineByLine() {
        Answer answer = api.send(
                "POST",
                "/api/v1/clusters/local/groups/" + group + "/resets?dryRun=true",
                (orders + ",0,12\n" + orders + ",x,12\n" + orders + ",1\nother-group," + orders + ",1,12\n")
                        .getBytes(StandardCharsets.UTF_8),
                "Content-Type",
                "text/csv");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("errors").findValuesAsText("parameter"))
                .containsExactly("line 2", "line 3", "line 4");
        assertThat(api.send(
                                "POST",
                                "/api/v1/clusters/local/groups/" + group + "/resets",
                                (orders + ",0,12").getBytes(StandardCharsets.UTF_8),
                                "Content-Type",
                                "text/csv")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void theCommandLinesWeGiveComeToTheSame() {
        for (String to : List.of("earliest", "latest", "latest-5", "current-3", "-PT30M", HALF.toString())) {
            JsonNode plan = fathom("{'dryRun':true,'to':'" + to + "'}").ok();
            Map<String, Long> all = new TreeMap<>();
            for (JsonNode line : plan.get("cli")) {
                List<String> words = new ArrayList<>(Arrays.asList(line.asText().split(" ")));
                List<String> options = words.subList(words.indexOf("--reset-offsets") + 1, words.size() - 1).stream()
                        .map(word -> word.replace("'", ""))
                        .toList();
                all.putAll(tool(List.of(), options));
            }
            assertThat(all).as(to).isEqualTo(targets(plan));
        }
    }
}
