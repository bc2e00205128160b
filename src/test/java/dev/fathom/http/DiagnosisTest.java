package dev.fathom.http;

import static dev.fathom.testing.Kafka.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.fathom.testing.Api;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.FathomTest;
import dev.fathom.testing.Kafka;
import dev.fathom.testing.LiveGroup;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Groups with something the matter, on a real broker: the diagnosis names it first. */
@FathomTest
class DiagnosisTest {

    private static final String CLUSTER = "/api/v1/clusters/local";
    private static final String GROUPS = CLUSTER + "/groups/";
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private static final String BLOCKED = unique("blocked");
    private static final String STALLED = unique("stalled");
    private static final String STOPPED = unique("stopped");
    private static final String LOSING = unique("losing");
    private static final String RECREATED = unique("recreated");
    private static final String REWOUND = unique("rewound");
    private static final String HOT = unique("hot");
    private static final String FINE = unique("fine");
    private static final String EXPIRING = unique("expiring");
    private static final String SHORT_LIVED = unique("short-lived");

    private static Kafka kafka;
    private static KafkaProducer<byte[], byte[]> transaction;
    private static LiveGroup stalled;
    private static LiveGroup fine;
    private static ScheduledExecutorService everySecond;

    private final Api api = Api.underTest();

    @BeforeAll
    static void plant() {
        kafka = new Kafka(Brokers.main().bootstrapServers());
        everySecond = Executors.newSingleThreadScheduledExecutor();
        for (String group : List.of(BLOCKED, STALLED, STOPPED, LOSING, RECREATED, REWOUND, FINE, EXPIRING)) {
            kafka.topic(group, 1, Map.of());
            kafka.produce(group, 0, 20);
        }
        kafka.topic(SHORT_LIVED, 1, Map.of("retention.ms", "300000"));
        kafka.produce(SHORT_LIVED, 0, 20);
        kafka.commit(SHORT_LIVED, Map.of(first(SHORT_LIVED), 20L));
        kafka.commit(EXPIRING, Map.of(first(EXPIRING), 20L));
        kafka.commit(STOPPED, Map.of(first(STOPPED), 5L));
        kafka.commit(REWOUND, Map.of(first(REWOUND), 18L));
        kafka.commit(RECREATED, Map.of(first(RECREATED), 18L));
        kafka.commit(LOSING, Map.of(first(LOSING), 5L));
        kafka.trim(LOSING, 0, 12);
        kafka.commit(BLOCKED, Map.of(first(BLOCKED), 20L));
        transaction = kafka.transactional();
        transaction.beginTransaction();
        transaction.send(new ProducerRecord<>(BLOCKED, "held back".getBytes(StandardCharsets.UTF_8)));
        transaction.flush();
        kafka.topic(HOT, 4, Map.of());
        kafka.produce(HOT, 0, 500);
        for (int partition = 1; partition < 4; partition++) {
            kafka.produce(HOT, partition, 10);
        }
        kafka.commit(STALLED, Map.of(first(STALLED), 20L));
        stalled =
                kafka.join(STALLED, List.of(STALLED), Map.of()).awaitAssigned().hold();
        kafka.produce(STALLED, 0, 20);
        fine = kafka.join(FINE, List.of(FINE), Map.of()).awaitAssigned();
        AtomicLong read = new AtomicLong();
        everySecond.scheduleWithFixedDelay(
                () -> {
                    kafka.produce(FINE, 0, 1);
                    kafka.commit(
                            HOT,
                            Map.of(
                                    new TopicPartition(HOT, 0), read.incrementAndGet(),
                                    new TopicPartition(HOT, 1), 10L,
                                    new TopicPartition(HOT, 2), 9L,
                                    new TopicPartition(HOT, 3), 8L));
                },
                0,
                1,
                TimeUnit.SECONDS);
        Api api = Api.underTest();
        await().atMost(PATIENCE).until(() -> List.of(REWOUND, RECREATED).stream()
                .allMatch(group -> api.get(GROUPS + group + "/diagnosis").ok().has("lookedAt")));
        kafka.commit(REWOUND, Map.of(first(REWOUND), 3L));
        kafka.deleteTopic(RECREATED);
        kafka.topic(RECREATED, 1, Map.of());
        kafka.produce(RECREATED, 0, 2);
        kafka.commit(RECREATED, Map.of(first(RECREATED), 18L));
    }

    private static TopicPartition first(String topic) {
        return new TopicPartition(topic, 0);
    }

    @AfterAll
    static void clearUp() {
        everySecond.shutdownNow();
        transaction.abortTransaction();
        transaction.close();
        stalled.close();
        fine.close();
        kafka.close();
    }

    private JsonNode diagnosis(String group) {
        return api.get(GROUPS + group + "/diagnosis?fresh=true").ok();
    }

    private JsonNode awaitFirst(String group, String kind) {
        JsonNode[] last = new JsonNode[1];
        await(kind).atMost(PATIENCE).pollInterval(Duration.ofMillis(500)).untilAsserted(() -> {
            last[0] = diagnosis(group);
            assertThat(last[0].at("/findings/0/kind").asText())
                    .as(last[0]::toString)
                    .isEqualTo(kind);
        });
        return last[0];
    }

    @Test
    void namesTheTransactionThatHoldsAGroup() {
        JsonNode found = awaitFirst(BLOCKED, "blocked");
        assertThat(found.at("/verdict/status").asText()).isEqualTo("blocked");
        assertThat(found.at("/findings/0/severity").asText()).isEqualTo("critical");
        assertThat(found.at("/findings/0/evidence/uncommittedTail").asLong()).isEqualTo(1);
        assertThat(found.at("/findings/0/evidence/committedOffset").asLong()).isEqualTo(20);
        JsonNode open = found.at("/findings/0/transaction");
        assertThat(open.get("transactionalId").asText()).as(found::toString).startsWith("tx");
        assertThat(open.get("firstOffset").asLong()).isEqualTo(20);
        assertThat(Instant.parse(open.get("startedAt").asText()))
                .isBetween(Instant.now().minus(Duration.ofMinutes(10)), Instant.now());
        assertThat(found.at("/findings/0/evidence/producerId").asLong())
                .isEqualTo(open.get("producerId").asLong());
        assertThat(found.at("/findings/0/evidence/openSeconds").asLong()).isBetween(0L, 600L);
        assertThat(found.at("/findings/0/message").asText())
                .contains(open.get("transactionalId").asText());
    }

    @Test
    void namesTheGroupWhoseCommitsExpire() {
        JsonNode found = awaitFirst(EXPIRING, "offsets-expire");
        JsonNode evidence = found.at("/findings/0/evidence");
        long week = Duration.ofDays(7).toSeconds();
        assertThat(evidence.get("retentionSeconds").asLong()).isEqualTo(week);
        assertThat(evidence.get("leftSeconds").asLong())
                .isEqualTo(week - evidence.get("emptySeconds").asLong());
        assertThat(Instant.ofEpochSecond(evidence.get("deadlineEpochSeconds").asLong()))
                .isBetween(Instant.now().plusSeconds(week - 600), Instant.now().plusSeconds(week));
        assertThat(evidence.get("commits").asLong()).isEqualTo(1);
        assertThat(diagnosis(HOT).get("findings").findValuesAsText("kind"))
                .as("commits that move are kept")
                .doesNotContain("offsets-expire");
    }

    @Test
    void namesTheMemberThatReadsFromAfar() {
        String group = unique("afar");
        try (Kafka three = new Kafka(Brokers.three().get(0).bootstrapServers())) {
            three.topic(group, 1, Map.of());
            Map<String, Object> rack = Map.of("group.protocol", "consumer", "client.rack", "rack-9");
            try (LiveGroup afar = three.join(group, List.of(group), rack).awaitAssigned()) {
                JsonNode found = api.get("/api/v1/clusters/three/groups/" + group + "/diagnosis?fresh=true")
                        .ok();
                assertThat(found.get("findings").findValuesAsText("kind"))
                        .as(found::toString)
                        .contains("rack-mismatch");
            }
            three.deleteTopic(group);
        }
    }

    @Test
    void namesTheGroupThatHasStopped() {
        JsonNode found = awaitFirst(STOPPED, "stopped");
        assertThat(found.at("/findings/0/evidence/lag").asLong()).isEqualTo(15);
        assertThat(found.at("/findings/0/evidence/members").asLong()).isZero();
        assertThat(found.at("/findings/0").has("since")).isTrue();
    }

    @Test
    void namesTheMemberThatDoesNotCommit() {
        JsonNode found = awaitFirst(STALLED, "stalled");
        assertThat(found.at("/findings/0/topic").asText()).isEqualTo(STALLED);
        assertThat(found.at("/verdict/reason").asText()).contains("has not committed for");
    }

    @Test
    void namesWhatIsLost() {
        JsonNode found = awaitFirst(LOSING, "losing");
        assertThat(found.at("/findings/0/evidence/lostRecords").asLong()).isEqualTo(7);
    }

    @Test
    void namesTheTopicThatWasMadeAgain() {
        JsonNode found = awaitFirst(RECREATED, "beyond-last");
        assertThat(found.at("/findings/0/evidence/lastOffset").asLong()).isEqualTo(2);
        JsonNode row = api.get(GROUPS + RECREATED + "/offsets?fresh=true").ok().at("/items/0");
        assertThat(row.at("/timeLag/value").isNull()).isTrue();
        assertThat(row.at("/timeLag/reason").asText()).isEqualTo("beyond-last");
    }

    @Test
    void namesTheCommitThatFell() {
        JsonNode found = awaitFirst(REWOUND, "rewound");
        assertThat(found.at("/findings/0/evidence/rewoundFrom").asLong()).isEqualTo(18);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(api.get(GROUPS + REWOUND + "/lag/history")
                        .ok()
                        .get("events")
                        .findValuesAsText("kind"))
                .contains("rewound", "verdict"));
        JsonNode moved = movedByOthers(REWOUND);
        assertThat(moved.at("/moved/partitions/0/topic").asText()).isEqualTo(REWOUND);
        assertThat(moved.at("/moved/partitions/0/from").asLong()).isEqualTo(18);
        assertThat(moved.at("/moved/partitions/0/to").asLong()).isLessThan(18);
        assertThat(moved.at("/moved/others").asInt()).isZero();
        assertThat(Instant.parse(moved.at("/moved/after").asText()))
                .isBefore(Instant.parse(moved.at("/moved/until").asText()));
        assertThat(moved.get("what").asText()).startsWith(REWOUND + "-0 from 18 to ");
    }

    /** The event of the timeline; missing where there is none. */
    private JsonNode movedByOthers(String group) {
        for (JsonNode event : api.get(GROUPS + group + "/lag/history").ok().get("events")) {
            if (event.get("kind").asText().equals("moved-by-others")) {
                return event;
            }
        }
        return MissingNode.getInstance();
    }

    @Test
    void whatThisServiceMovedWasMovedByNobodyElse() {
        String group = unique("own");
        kafka.topic(group, 1, Map.of());
        kafka.produce(group, 0, 20);
        kafka.commit(group, Map.of(first(group), 18L));
        await().atMost(PATIENCE).until(() -> diagnosis(group).has("lookedAt"));
        api.post(
                        GROUPS + group + "/resets",
                        "{\"dryRun\":false,\"to\":3,\"acknowledgeInUse\":true,\"targets\":[{\"topic\":\"" + group
                                + "\"}]}")
                .ok();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(api.get(GROUPS + group + "/lag/history")
                        .ok()
                        .get("events")
                        .findValuesAsText("kind"))
                .contains("rewound"));

        assertThat(movedByOthers(group).isMissingNode()).isTrue();
    }

    @Test
    void namesThePartitionThatIsHot() {
        JsonNode found = awaitFirst(HOT, "hot-partition");
        assertThat(found.at("/findings/0/partition").asInt()).isZero();
        assertThat(found.at("/findings/0/evidence/medianLag").asLong()).isBetween(1L, 2L);
        await().atMost(PATIENCE).untilAsserted(() -> {
            JsonNode lag = api.get(GROUPS + HOT + "/lag?fresh=true").ok();
            assertThat(lag.at("/verdict/status").asText()).as(lag::toString).isEqualTo("ok");
            assertThat(lag.get("consumeRate").asDouble()).isBetween(0.3, 1.5);
        });
    }

    @Test
    void findsNothingInAGroupThatKeepsUp() {
        await().atMost(PATIENCE).untilAsserted(() -> {
            JsonNode found = diagnosis(FINE);
            assertThat(found.at("/verdict/status").asText()).as(found::toString).isEqualTo("ok");
            assertThat(found.get("findings")).as(found::toString).isEmpty();
        });
    }

    @Test
    void everyCallItNamesCanBeMadeAsItStands() {
        awaitFirst(STOPPED, "stopped");
        int calls = 0;
        for (String group : List.of(BLOCKED, STOPPED, LOSING, REWOUND, RECREATED, HOT, EXPIRING)) {
            for (JsonNode finding : diagnosis(group).get("findings")) {
                for (JsonNode next : finding.get("next")) {
                    String href = next.get("href").asText();
                    Api.Answer answer = next.get("method").asText().equals("POST")
                            ? api.post(href, next.get("body").toString())
                            : api.get(href);
                    assertThat(answer.status()).as(next + " " + answer.text()).isEqualTo(200);
                    calls++;
                }
            }
        }
        assertThat(calls).isGreaterThan(8);
    }

    @Test
    void theClusterHasTheWorstOfAllGroups() {
        awaitFirst(STOPPED, "stopped");
        awaitFirst(LOSING, "losing");
        JsonNode all = api.get(CLUSTER + "/diagnosis?top=1000").ok();
        assertThat(all.get("sampling").asBoolean()).isTrue();
        assertThat(all.get("findings").findValuesAsText("group")).contains(STOPPED, LOSING);
        assertThat(all.at("/findings/0/kind").asText()).isEqualTo("losing");
        assertThat(api.get(CLUSTER + "/diagnosis?top=1").ok().get("findings")).hasSize(1);
        assertThat(api.get(CLUSTER + "/diagnosis?top=0").status()).isEqualTo(400);
    }

    @Test
    void groupsAreListedByVerdict() {
        awaitFirst(STOPPED, "stopped");
        JsonNode stopped =
                api.get(CLUSTER + "/groups?verdict=stopped&limit=1000").ok();
        assertThat(stopped.get("items").findValuesAsText("id"))
                .contains(STOPPED)
                .doesNotContain(FINE, LOSING);
        assertThat(stopped.get("items").findValuesAsText("verdict")).containsOnly("stopped");
        assertThat(api.get(CLUSTER + "/groups?verdict=asleep").status()).isEqualTo(400);
    }

    @Test
    void timeLagIsInRowsTotalsAndFiles() {
        awaitFirst(STOPPED, "stopped");
        JsonNode row = api.get(GROUPS + STOPPED + "/offsets?fresh=true&precise=true")
                .ok()
                .at("/items/0");
        assertThat(row.at("/timeLag/method").asText()).isIn("record", "sampled");
        assertThat(Duration.parse(row.at("/timeLag/value").asText()))
                .isBetween(Duration.ofSeconds(1), Duration.ofMinutes(5));
        assertThat(row.at("/timeLag/errorBound").isTextual()).isTrue();
        assertThat(row.at("/verdict/status").asText()).isEqualTo("stopped");
        JsonNode lag = api.get(GROUPS + STOPPED + "/lag?fresh=true").ok();
        assertThat(lag.at("/timeLag/topic").asText()).isEqualTo(STOPPED);
        assertThat(lag.at("/timeLag/complete").asBoolean()).isTrue();
        assertThat(lag.at("/verdicts/0/partitions").asInt()).isEqualTo(1);
        String[] csv = api.get(GROUPS + STOPPED + "/offsets?fresh=true", "Accept", "text/csv")
                .text()
                .split("\n");
        assertThat(csv[0]).endsWith(",host,timeLag,timeLagErrorBound");
        assertThat(csv[1]).matches(".*,PT[0-9.HMS]+,(PT[0-9.HMS]+)?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/lag", "/offsets"})
    void timeThatPassesIsNoOtherAnswer(String of) {
        awaitFirst(STOPPED, "stopped");
        String path = GROUPS + STOPPED + of + "?fresh=true&precise=true";
        Api.Answer before = api.get(path);
        await().atMost(PATIENCE).untilAsserted(() -> {
            Api.Answer after = api.get(path);
            assertThat(after.ok().findValue("timeLag")).isNotEqualTo(before.ok().findValue("timeLag"));
            assertThat(after.header("ETag")).isPresent().isEqualTo(before.header("ETag"));
        });
        assertThat(api.get(path, "If-None-Match", before.header("ETag").orElseThrow())
                        .status())
                .isEqualTo(304);
    }

    /** As kafka_exporter names and labels them; a scrape asks nobody, so they are there once a look was. */
    @Test
    void metricsHaveTheNamesDashboardsKnow() {
        awaitFirst(STOPPED, "stopped");
        await().atMost(PATIENCE).untilAsserted(() -> {
            String metrics = api.get("/q/metrics").text();
            String ofGroup = "{cluster=\"local\",consumergroup=\"" + STOPPED + "\"";
            String ofPartition = ofGroup + ",topic=\"" + STOPPED + "\",partition=\"0\"} ";
            assertThat(metrics)
                    .contains("kafka_consumergroup_lag" + ofPartition + "15.0\n")
                    .contains("kafka_consumergroup_current_offset" + ofPartition + "5.0\n")
                    .contains("kafka_consumergroup_lag_sum" + ofGroup + ",topic=\"" + STOPPED + "\"} 15.0\n")
                    .contains("kafka_consumergroup_members" + ofGroup + "} 0.0\n")
                    .contains("fathom_group_verdict" + ofGroup + ",verdict=\"stopped\"} 1.0\n")
                    .contains("fathom_group_verdict" + ofGroup + ",verdict=\"ok\"} 0.0\n")
                    .contains("fathom_group_time_lag_seconds" + ofGroup)
                    .contains("fathom_sampler_rounds{cluster=\"local\"")
                    .contains("kafka_topic_partition_oldest_offset{cluster=\"local\",topic=\"" + LOSING
                            + "\",partition=\"0\"} 12.0\n");
            assertThat(metrics.lines()
                            .filter(line -> line.startsWith("kafka_consumergroup_lag{") && line.contains(RECREATED)))
                    .as("a lag that is not known has no series")
                    .isEmpty();
            assertThat(metrics.lines().filter(line -> line.startsWith("kafka_")))
                    .noneMatch(line -> line.endsWith("NaN") || line.endsWith(" -1.0"));
        });
    }

    /** KEDA finds a number at {@code wanted}. */
    @Test
    void tellsHowManyMembersItTakes() {
        awaitFirst(STOPPED, "stopped");
        JsonNode stopped = api.get(GROUPS + STOPPED + "/scale?target=PT10S").ok();
        assertThat(stopped.at("/wanted").isInt()).as(stopped::toString).isTrue();
        assertThat(stopped.at("/wanted").asInt()).isEqualTo(1);
        assertThat(stopped.at("/members").asInt()).isZero();
        assertThat(stopped.at("/max").asInt()).isEqualTo(1);
        awaitFirst(STALLED, "stalled");
        JsonNode held = api.get(GROUPS + STALLED + "/scale?fresh=true").ok();
        assertThat(held.at("/wanted").asInt()).as(held::toString).isEqualTo(1);
        assertThat(held.at("/reason").asText()).contains("stalled");
        for (String target : List.of("soon", "PT0S", "-PT1S", "P9999D")) {
            assertThat(api.get(GROUPS + STOPPED + "/scale?target=" + target).status())
                    .isEqualTo(400);
        }
        assertThat(api.get(GROUPS + "no-such-group/scale").status()).isEqualTo(404);
    }

    @Test
    void wantsNobodyWhileAResetWaitsForTheGroupToBeEmpty() {
        String body = "{\"dryRun\":false,\"to\":\"earliest\",\"waitForEmpty\":\"PT10M\"}";
        Api.Answer waits = api.post(GROUPS + FINE + "/resets", body);
        assertThat(waits.status()).as(waits.text()).isEqualTo(202);
        String operation = waits.json().get("operation").asText();
        JsonNode scale = api.get(GROUPS + FINE + "/scale").ok();
        assertThat(api.delete(operation).status()).isEqualTo(200);
        assertThat(scale.at("/members").asInt()).isEqualTo(1);
        assertThat(scale.at("/wanted").isInt()).isTrue();
        assertThat(scale.at("/wanted").asInt()).as(scale::toString).isZero();
        assertThat(api.get(GROUPS + FINE + "/scale").ok().at("/reason").asText())
                .doesNotContain("waits for");
    }

    private JsonNode planTo(String group, String position) {
        return api.post(GROUPS + group + "/resets", "{\"dryRun\":true,\"to\":\"" + position + "\"}")
                .ok();
    }

    @Test
    void aPlanBackSaysHowLongReadingAgainTakes() {
        JsonNode[] replay = new JsonNode[1];
        await().atMost(PATIENCE).untilAsserted(() -> {
            JsonNode plan = planTo(FINE, "earliest");
            replay[0] = plan.path("replay");
            assertThat(replay[0].at("/replayDuration/shortest").isTextual())
                    .as(plan::toString)
                    .isTrue();
        });
        assertThat(replay[0].get("offsets").asLong()).isGreaterThanOrEqualTo(20);
        assertThat(Duration.parse(replay[0].at("/replayDuration/shortest").asText()))
                .isPositive();
        assertThat(replay[0].get("warnings")).isEmpty();
        assertThat(planTo(FINE, "latest").has("replay")).isFalse();
        JsonNode unknown = planTo(EXPIRING, "earliest").get("replay");
        assertThat(unknown.get("offsets").asLong()).isEqualTo(20);
        assertThat(unknown.at("/replayDuration/shortest").isNull()).isTrue();
        assertThat(unknown.at("/replayDuration/longest").isNull()).isTrue();
        assertThat(unknown.get("reason").asText()).contains("not been seen");
    }

    @Test
    void aPlanBackWarnsOfWhatIsDeletedBeforeItIsReached() {
        await().atMost(PATIENCE).untilAsserted(() -> {
            JsonNode plan = planTo(SHORT_LIVED, "earliest");
            assertThat(plan.at("/replay/warnings/0/warning").asText())
                    .as(plan::toString)
                    .isEqualTo("replay-outlives-retention");
            assertThat(plan.at("/replay/warnings/0/topic").asText()).isEqualTo(SHORT_LIVED);
        });
    }

    @Test
    void historyHasPoints() {
        awaitFirst(STOPPED, "stopped");
        await().atMost(PATIENCE).untilAsserted(() -> {
            JsonNode history = api.get(GROUPS + STOPPED + "/lag/history?window=PT1M&step=PT2S")
                    .ok();
            assertThat(history.get("points")).as(history::toString).hasSizeGreaterThan(3);
            assertThat(history.at("/points/1/lag").asLong()).isEqualTo(15);
            assertThat(history.at("/points/1/consumeRate").asDouble()).isZero();
            assertThat(history.get("step").asText()).isEqualTo("PT2S");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"window=hour", "window=PT0S", "window=-PT1H", "step=0", "window=P9999D"})
    void historyRefusesWhatIsNoDuration(String query) {
        Api.Answer answer = api.get(GROUPS + STOPPED + "/lag/history?" + query);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().at("/errors/0/parameter").asText()).isEqualTo(query.substring(0, query.indexOf('=')));
    }

    @Test
    void aGroupThereIsNoneOfIsNotFound() {
        assertThat(api.get(GROUPS + "no-such-group/diagnosis").status()).isEqualTo(404);
        assertThat(api.get(GROUPS + "no-such-group/lag/history").status()).isEqualTo(404);
    }
}
