package dev.fathom.http;

import static dev.fathom.testing.Kafka.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.fathom.testing.Api;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.FathomTest;
import dev.fathom.testing.Kafka;
import dev.fathom.testing.RequestLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What Prometheus is told, and that it is what public dashboards ask for. */
@FathomTest
class MetricsTest {

    private static final Path QUERIES = Path.of("src/test/resources/dashboards/queries.txt");
    private static final Pattern SERIES = Pattern.compile("^([a-z_:0-9]+)(?:\\{(.*)})? (\\S+)$");
    /** A label, whose value may be long: the repetition takes no stack, as it never goes back. */
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"((?:[^\"\\\\]|\\\\.)*+)\"");
    /** A metric in a query, with its matchers. */
    private static final Pattern METRIC = Pattern.compile("\\b((?:fathom|kafka)_[a-z_]+)\\b(?:\\{([^}]*)})?");

    private static final Pattern MATCHER = Pattern.compile("([a-z_]+) *(?:=~|!~|!=|=) *\"");
    private static final Pattern GROUPED = Pattern.compile("\\b(?:by|on|without|ignoring) *\\(([^)]*)\\)");
    private static final Pattern OF_VARIABLE = Pattern.compile("label_values\\(.*, *([a-z_]+)\\)");
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final int SCRAPES = 50;
    private static final int ROUNDS = 3;
    /** What the sampler asks brokers in a round. */
    private static final List<String> LOOKS = List.of(
            "DESCRIBE_GROUPS",
            "CONSUMER_GROUP_DESCRIBE",
            "OFFSET_FETCH",
            "LIST_OFFSETS",
            "DESCRIBE_TOPIC_PARTITIONS",
            "DESCRIBE_CLUSTER");

    private final Api api = Api.underTest();

    /** One series. */
    private record Series(String name, Map<String, String> labels, double value) {

        private boolean of(String label, String wanted) {
            return wanted.equals(labels.get(label));
        }
    }

    private static List<Series> scrape(Api api) {
        List<Series> all = new ArrayList<>();
        for (String line : api.get("/q/metrics").text().split("\n")) {
            Matcher series = SERIES.matcher(line);
            if (!line.startsWith("#") && series.matches()) {
                Map<String, String> labels = new TreeMap<>();
                if (series.group(2) != null) {
                    LABEL.matcher(series.group(2))
                            .results()
                            .forEach(label -> labels.put(label.group(1), label.group(2)));
                }
                all.add(new Series(series.group(1), labels, Double.parseDouble(series.group(3))));
            }
        }
        return all;
    }

    /** The groups of the sample world have been looked at, and how long their topics keep records was asked. */
    @BeforeAll
    static void looked() {
        Api api = Api.underTest();
        await().atMost(PATIENCE).until(() -> scrape(api).stream()
                .anyMatch(series ->
                        series.name().equals("fathom_group_loss_seconds") && series.of("consumergroup", "invoices")));
    }

    private static Stream<String[]> listed() throws IOException {
        return Files.readAllLines(QUERIES).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> line.split(" "));
    }

    @Test
    void whatPublicDashboardsAskForIsAnswered() throws IOException {
        Set<String> target = new TreeSet<>();
        listed().filter(words -> words[0].equals("@target")).forEach(words -> target.addAll(List.of(words)));
        List<Series> told = scrape(api);
        List<String> silent = new ArrayList<>();
        int[] asked = {0};
        listed().filter(words -> !words[0].startsWith("@")).forEach(words -> {
            asked[0]++;
            Set<String> labels = new TreeSet<>(List.of(words).subList(1, words.length));
            labels.removeAll(target);
            if (told.stream()
                    .noneMatch(series -> series.name().equals(words[0])
                            && series.labels().keySet().containsAll(labels))) {
                silent.add(String.join(" ", words));
            }
        });
        assertThat(silent).isEmpty();
        assertThat(asked[0]).isGreaterThan(20);
    }

    /** Queries of the dashboard, and of its variables. */
    private static List<String> ofDashboard() throws IOException {
        JsonNode dashboard = new ObjectMapper()
                .readTree(Path.of("deploy/grafana/fathom.json").toFile());
        List<String> queries = new ArrayList<>(dashboard.findValuesAsText("expr"));
        queries.addAll(dashboard.findValuesAsText("definition"));
        return queries;
    }

    private static List<String> ofRules() throws IOException {
        JsonNode rules = new ObjectMapper(new YAMLFactory())
                .readTree(Path.of("deploy/prometheus/rules.yml").toFile());
        List<String> queries = new ArrayList<>();
        for (JsonNode group : rules.get("groups")) {
            for (JsonNode rule : group.get("rules")) {
                assertThat(rule.get("alert").asText()).isNotEmpty();
                assertThat(rule.at("/labels/severity").asText()).isIn("critical", "warning");
                assertThat(rule.at("/annotations/summary").asText()).isNotEmpty();
                assertThat(Duration.parse("PT" + rule.get("for").asText().toUpperCase(Locale.ROOT)))
                        .isPositive();
                queries.add(rule.get("expr").asText());
            }
        }
        return queries;
    }

    /** What a query names that is not told: metrics, and labels that are matched or grouped by on none of its metrics. */
    private static List<String> unknownTo(List<Series> told, String query) {
        List<String> unknown = new ArrayList<>();
        Set<String> ofAll = new TreeSet<>();
        int metrics = 0;
        for (MatchResult metric : METRIC.matcher(query).results().toList()) {
            metrics++;
            Set<String> labels = new TreeSet<>();
            told.stream()
                    .filter(series -> series.name().equals(metric.group(1)))
                    .forEach(series -> labels.addAll(series.labels().keySet()));
            ofAll.addAll(labels);
            if (labels.isEmpty()) {
                unknown.add(metric.group(1));
            }
            if (metric.group(2) != null) {
                MATCHER.matcher(metric.group(2))
                        .results()
                        .map(label -> label.group(1))
                        .filter(label -> !labels.contains(label))
                        .forEach(label -> unknown.add(metric.group(1) + "{" + label + "}"));
            }
        }
        assertThat(metrics).as(query).isPositive();
        Stream.concat(
                        GROUPED.matcher(query)
                                .results()
                                .flatMap(by -> Stream.of(by.group(1).split(" *, *"))),
                        OF_VARIABLE.matcher(query).results().map(of -> of.group(1)))
                .filter(label -> !ofAll.contains(label))
                .forEach(unknown::add);
        return unknown;
    }

    @Test
    void fathomsOwnDashboardAndRulesAskForWhatIsTold() throws IOException {
        List<Series> told = scrape(api);
        List<String> queries = new ArrayList<>(ofDashboard());
        queries.addAll(ofRules());
        assertThat(queries).hasSizeGreaterThan(20).allSatisfy(query -> assertThat(unknownTo(told, query))
                .as(query)
                .isEmpty());
        assertThat(unknownTo(told, "sum by (color) (fathom_group_verdicts{x=\"y\"}) + fathom_group_verdict{x=\"y\"}"))
                .as("the check itself")
                .containsExactly(
                        "fathom_group_verdicts", "fathom_group_verdicts{x}", "fathom_group_verdict{x}", "color");
    }

    /** Braces and brackets close, and each panel has a place of its own. */
    @Test
    void theDashboardCanBeLoaded() throws IOException {
        JsonNode dashboard = new ObjectMapper()
                .readTree(Path.of("deploy/grafana/fathom.json").toFile());
        Set<String> ids = new TreeSet<>();
        Set<String> places = new TreeSet<>();
        for (JsonNode panel : dashboard.get("panels")) {
            assertThat(ids.add(panel.get("id").asText())).isTrue();
            JsonNode at = panel.get("gridPos");
            assertThat(places.add(at.get("x") + "/" + at.get("y"))).isTrue();
            assertThat(at.get("x").asInt() + at.get("w").asInt()).isBetween(1, 24);
            assertThat(panel.get("description").asText()).isNotEmpty();
        }
        List<String> queries = new ArrayList<>(ofDashboard());
        queries.addAll(ofRules());
        for (String query : queries) {
            for (String pair : List.of("()", "{}", "[]")) {
                assertThat(query.chars().filter(c -> c == pair.charAt(0)).count())
                        .as(query)
                        .isEqualTo(
                                query.chars().filter(c -> c == pair.charAt(1)).count());
            }
        }
    }

    @Test
    void whereLogsLiveIsWhatTheBrokersSay() {
        List<Series> told = scrape(api).stream()
                .filter(series -> series.of("cluster", "local"))
                .toList();
        assertThat(told)
                .anySatisfy(series -> {
                    assertThat(series.name()).isEqualTo("kafka_brokers");
                    assertThat(series.value()).isEqualTo(1);
                })
                .anySatisfy(series -> {
                    assertThat(series.name()).isEqualTo("kafka_broker_info");
                    assertThat(series.labels().get("address"))
                            .isEqualTo(Brokers.main().bootstrapServers().replace("localhost", "127.0.0.1"));
                });
        Map<String, Double> ofOrders = new TreeMap<>();
        told.stream()
                .filter(series -> series.of("topic", "orders") && series.of("partition", "1"))
                .filter(series -> series.name().startsWith("kafka_topic_partition_"))
                .forEach(series ->
                        ofOrders.put(series.name().substring("kafka_topic_partition_".length()), series.value()));
        assertThat(ofOrders)
                .containsEntry("replicas", 1.0)
                .containsEntry("in_sync_replica", 1.0)
                .containsEntry("leader", 1.0)
                .containsEntry("leader_is_preferred", 1.0)
                .containsEntry("under_replicated_partition", 0.0);
    }

    @Test
    void theLossClockIsTold() {
        Map<String, Double> loss = new TreeMap<>();
        scrape(api).stream()
                .filter(series -> series.of("cluster", "local") && series.name().equals("fathom_group_loss_seconds"))
                .forEach(series -> loss.put(series.labels().get("consumergroup"), series.value()));
        // Its first unread record is two hours old, and brokers keep records for a week.
        assertThat(loss.get("invoices"))
                .isBetween(
                        Duration.ofDays(6).toSeconds() / 1.0, Duration.ofDays(7).toSeconds() / 1.0);
        assertThat(loss.get("audit-archive")).as("lost already").isZero();
    }

    @Test
    void aScrapeAsksNoBroker() {
        assumeTrue(Brokers.fragile().requestLog().isPresent(), "the broker's log is in a container");
        try (Kafka kafka = new Kafka(Brokers.fragile().bootstrapServers())) {
            String topic = kafka.topic(Kafka.unique("scraped"), 3, Map.of());
            kafka.commit(topic, Map.of(new org.apache.kafka.common.TopicPartition(topic, 0), 0L));
            await().atMost(PATIENCE).until(() -> scrape(api).stream()
                    .anyMatch(series -> series.of("cluster", "fragile") && series.of("consumergroup", topic)));
            RequestLog log = new RequestLog(Brokers.fragile().requestLog().orElseThrow(), kafka);
            log.begin();
            long quiet = log.length();
            await().atMost(PATIENCE).until(() -> log.ofAll(quiet).getOrDefault("LIST_GROUPS", 0) >= ROUNDS);
            Map<String, Integer> alone = log.ofAll(quiet);
            long before = log.length();
            long began = System.nanoTime();
            for (int i = 0; i < SCRAPES; i++) {
                api.get("/q/metrics").text();
            }
            // The rounds of the sampler go on meanwhile, at their own pace: one each two seconds.
            long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds();
            Map<String, Integer> background = log.ofAll(before);
            assertThat(log.since(before)).isEmpty();
            int rounds = background.getOrDefault("LIST_GROUPS", 0);
            assertThat((long) rounds).isLessThanOrEqualTo(seconds + 2);
            // A round asks what it asks without a scrape; how often first records are read depends on what comes in.
            for (String kind : LOOKS) {
                int usual = alone.getOrDefault(kind, 0) * (rounds + 1) / alone.get("LIST_GROUPS");
                assertThat(background.getOrDefault(kind, 0))
                        .as("%s of %s, alone %s", kind, background, alone)
                        .isLessThan(usual * 3 / 2 + SCRAPES / 4);
            }
            api.get("/api/v1/clusters/fragile/groups/" + topic + "/lag?fresh=true");
            await().untilAsserted(() -> assertThat(log.since(before)).isNotEmpty());
            log.end();
            get(kafka.admin().deleteConsumerGroups(List.of(topic)).all());
            kafka.deleteTopic(topic);
        }
    }
}
