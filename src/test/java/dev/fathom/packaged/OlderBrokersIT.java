package dev.fathom.packaged;

import static dev.fathom.testing.Api.item;
import static dev.fathom.testing.Api.row;
import static dev.fathom.testing.Kafka.get;
import static dev.fathom.testing.Kafka.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Api;
import dev.fathom.testing.Api.Answer;
import dev.fathom.testing.BareMember;
import dev.fathom.testing.Broker;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.Kafka;
import dev.fathom.testing.LiveGroup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Reads, resets, removals and cleanup on brokers of the 3.x series, which list groups without their type (before 3.8) and know
 * none of the newer kinds; with the groups that Kafka Connect and the Schema Registry make.
 */
class OlderBrokersIT {

    private static final Map<String, Cluster> CLUSTERS = new LinkedHashMap<>();
    private static PackagedService service;
    private static Api api;

    /** An older broker with a topic, and members of other protocols than consumers speak. */
    private static final class Cluster {

        private final String version;
        private final Broker broker;
        private final Kafka kafka;
        private final String topic;
        private final List<BareMember> members = new ArrayList<>();

        Cluster(String version) {
            this.version = version;
            this.broker = Brokers.older(version);
            this.kafka = new Kafka(broker.bootstrapServers());
            this.topic = kafka.topic(2);
            kafka.produce(topic, 0, 20);
            kafka.produce(topic, 1, 20);
            for (Map.Entry<String, String> group :
                    Map.of("connect-sinks", "connect", "schema-registry", "sr").entrySet()) {
                members.add(new BareMember(
                        broker.bootstrapServers(), group.getKey(), group.getValue(), Optional.empty(), new byte[] {
                            0, 1, 0, 0, 0, 5, -1, -1
                        }));
            }
        }

        String name() {
            return "broker-" + version.replace('.', '-');
        }

        String path() {
            return "/api/v1/clusters/" + name();
        }

        boolean tellsTypes() {
            return !version.startsWith("3.3.");
        }

        /** A group without members that one offset was committed for. */
        String committed(String group) {
            kafka.commit(group, Map.of(new TopicPartition(topic, 0), 15L));
            return group;
        }

        /** A group whose member has read, committed and left. */
        String left(String group) {
            try (LiveGroup member = kafka.join(group, List.of(topic), Map.of())) {
                member.awaitAssigned();
                await().until(() -> commits(group).size() == 2);
            }
            return group;
        }

        Map<TopicPartition, Long> commits(String group) {
            Map<TopicPartition, Long> commits = new LinkedHashMap<>();
            get(kafka.admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                    .forEach((partition, commit) -> commits.put(partition, commit.offset()));
            return commits;
        }

        JsonNode list(String query) {
            return api.get(path() + "/groups?fresh=true&limit=1000" + query).ok();
        }

        /** Not closeable: JUnit would close it after the first test it is an argument of. */
        void end() {
            members.forEach(BareMember::close);
            kafka.close();
        }

        @Override
        public String toString() {
            return version;
        }
    }

    static Stream<Cluster> clusters() {
        return CLUSTERS.values().stream();
    }

    @BeforeAll
    static void start() {
        List<Cluster> started = Stream.of(
                        System.getProperty("test.brokers.older").split(","))
                .parallel()
                .map(Cluster::new)
                .toList();
        started.forEach(cluster -> CLUSTERS.put(cluster.version, cluster));
        service = new PackagedService(
                        Map.of(),
                        started.stream()
                                .flatMap(cluster -> Stream.of(
                                        "fathom.clusters." + cluster.name() + ".bootstrap-servers="
                                                + cluster.broker.bootstrapServers(),
                                        "fathom.clusters." + cluster.name() + ".call-timeout=15S"))
                                .toArray(String[]::new))
                .awaitAlive();
        api = service.api();
    }

    @AfterAll
    static void stop() {
        if (service != null) {
            service.close();
        }
        clusters().forEach(Cluster::end);
    }

    @ParameterizedTest
    @MethodSource("clusters")
    void groupsOfEveryProtocolAreListedAndDescribedAlike(Cluster cluster) {
        String simple = cluster.committed(unique("simple"));
        String read = cluster.left(unique("read"));
        Map<String, String> protocols =
                Map.of("connect-sinks", "connect", "schema-registry", "sr", simple, "", read, "consumer");

        JsonNode list = cluster.list("&include=lag");

        assertThat(list.path("problems")).isEmpty();
        protocols.forEach((group, protocol) -> {
            JsonNode item = item(list, "id", group);
            JsonNode detail = api.get(cluster.path() + "/groups/" + group).ok();
            for (JsonNode shown : List.of(item, detail)) {
                assertThat(shown.get("type").asText()).as(group).isEqualTo("classic");
                assertThat(shown.get("protocol").asText()).as(group).isEqualTo(protocol);
                assertThat(shown.get("simple").asBoolean()).as(group).isEqualTo(protocol.isEmpty());
            }
            assertThat(detail.get("state")).as(group).isEqualTo(item.get("state"));
            assertThat(detail.get("members").size())
                    .as(group)
                    .isEqualTo(item.get("members").asInt());
            assertThat(api.get(cluster.path() + "/groups/" + group + "/offsets").status())
                    .as(group)
                    .isEqualTo(200);
        });
        assertThat(item(list, "id", simple).at("/lag/total").asLong()).isEqualTo(5);
        assertThat(item(list, "id", "connect-sinks").get("members").asInt()).isOne();
        assertThat(cluster.list("&type=classic").findValuesAsText("id")).containsAll(protocols.keySet());
        assertThat(cluster.list("&type=classic").findValuesAsText("type")).containsOnly("classic");
        assertThat(cluster.list("&protocol=connect").findValuesAsText("id"))
                .contains("connect-sinks")
                .doesNotContain(simple, read, "schema-registry");
        assertThat(cluster.list("&state=empty&protocol=consumer").findValuesAsText("id"))
                .contains(simple, read);
    }

    @ParameterizedTest
    @MethodSource("clusters")
    void whatTheBrokersDoNotKnowIsToldAsWhatIsMissing(Cluster cluster) {
        Answer consumers = api.get(cluster.path() + "/groups?type=consumer");
        JsonNode tiered = api.get(cluster.path() + "/topics/" + cluster.topic + "/offsets?at=latest-tiered")
                .ok();

        assertThat(tiered.get("items")).hasSize(2);
        if (cluster.tellsTypes()) {
            assertThat(consumers.ok().get("items")).isEmpty();
            assertThat(tiered.path("problems")).isEmpty();
        } else {
            assertThat(consumers.status()).isEqualTo(501);
            assertThat(consumers.json().get("detail").asText())
                    .contains("by type", "3.8", "only supports ListGroups v4");
            assertThat(tiered.at("/problems/0/status").asInt()).isEqualTo(501);
            assertThat(tiered.at("/problems/0/detail").asText())
                    .contains("too old to find latest-tiered on partition", "LIST_OFFSETS");
        }
    }

    @ParameterizedTest
    @MethodSource("clusters")
    void everyReadIsAnswered(Cluster cluster) {
        String group = cluster.committed(unique("read"));
        String topic = cluster.path() + "/topics/" + cluster.topic;
        for (String path : List.of(
                cluster.path(),
                cluster.path() + "/lag",
                cluster.path() + "/topics",
                topic,
                topic + "/offsets",
                topic + "/offsets?at=2001-01-01T00:00:00Z,max-timestamp",
                topic + "/groups",
                topic + "/partitions/0/records?limit=5",
                cluster.path() + "/groups/" + group + "/lag",
                cluster.path() + "/groups/" + group + "/offsets?stable=true")) {
            assertThat(api.get(path).status()).as(path + api.get(path).text()).isEqualTo(200);
        }
        assertThat(row(api.get(cluster.path() + "/groups/" + group + "/offsets").ok(), cluster.topic, 0)
                        .get("lag")
                        .asLong())
                .isEqualTo(5);
    }

    @ParameterizedTest
    @MethodSource("clusters")
    void aGroupIsMovedPutBackAndDeleted(Cluster cluster) {
        String group = cluster.left(unique("moved"));
        String path = cluster.path() + "/groups/" + group;

        JsonNode done = api.post(path + "/resets", "{\"dryRun\":false,\"to\":\"latest-3\"}")
                .ok();

        assertThat(done.get("type").asText()).isEqualTo("classic");
        assertThat(done.findValuesAsText("outcome")).containsOnly("applied");
        assertThat(done.findValuesAsText("verified")).containsOnly("true");
        assertThat(cluster.commits(group).values()).containsOnly(17L);
        api.post(done.get("operation").asText() + "/undo", "{\"dryRun\":false}").ok();
        assertThat(cluster.commits(group).values()).containsOnly(20L);
        String offsets = path + "/offsets?topic=" + cluster.topic + "&partition=1&dryRun=false";
        assertThat(api.delete(offsets).ok().findValuesAsText("outcome")).containsOnly("applied");
        assertThat(cluster.commits(group)).hasSize(1);
        api.delete(path + "?dryRun=false").ok();
        assertThat(api.get(path + "?fresh=true").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @MethodSource("clusters")
    void aCleanupLeavesAGroupThatWasOnlyCommittedToUnlessItIsNamed(Cluster cluster) {
        String prefix = unique("good");
        String committed = cluster.committed(prefix + "-1");
        String left = cluster.left(prefix + "-2");
        String cleanup = "{\"dryRun\":false,\"unchangedFor\":\"PT0S\",\"match\":\"%s\"}";
        await().until(() -> cluster.list("&state=empty").findValuesAsText("id").contains(left));

        JsonNode done = api.post(cluster.path() + "/groups/cleanup", String.format(cleanup, prefix + "*"))
                .ok();

        assertThat(item(done, "group", committed).get("skipped").asText()).isEqualTo("only-when-named");
        assertThat(item(done, "group", left).get("outcome").asText()).isEqualTo("deleted");
        assertThat(cluster.commits(committed)).hasSize(1);
        api.post(cluster.path() + "/groups/cleanup", String.format(cleanup, committed))
                .ok();
        assertThat(cluster.commits(committed)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("clusters")
    void membersThatAreNoConsumersAreNotRemovedAndThePlanSaysSo(Cluster cluster) {
        Map.of("connect-sinks", "connect", "schema-registry", "sr").forEach((group, protocol) -> {
            for (boolean dryRun : List.of(true, false)) {
                Answer refused = api.delete(cluster.path() + "/groups/" + group + "/members?all=true&dryRun=" + dryRun);

                assertThat(refused.status()).as(refused.text()).isEqualTo(501);
                assertThat(refused.json().get("detail").asText())
                        .contains("are not consumers", "\"" + protocol + "\"")
                        .doesNotContain("too old", "broker answered");
            }
        });
    }

    @ParameterizedTest
    @MethodSource("clusters")
    void membersAreRemovedAndOfAnyProtocolByTheirInstanceId(Cluster cluster) {
        String group = unique("static");
        String path = cluster.path() + "/groups/";
        String readers = unique("reader");
        try (BareMember worker = new BareMember(
                        cluster.broker.bootstrapServers(), group, "connect", Optional.of("worker-1"), new byte[0]);
                LiveGroup reader = cluster.kafka
                        .join(readers, List.of(cluster.topic), Map.of())
                        .awaitAssigned()
                        .hold()) {
            assertThat(worker).isNotNull();
            assertThat(reader).isNotNull();
            JsonNode one =
                    api.delete(path + group + "/members/worker-1?dryRun=false").ok();
            JsonNode all = api.delete(path + readers + "/members?all=true&dryRun=false")
                    .ok();

            assertThat(one.findValuesAsText("outcome")).containsOnly("removed");
            assertThat(all.findValuesAsText("outcome")).containsOnly("removed");
            assertThat(api.get(path + group + "?fresh=true").ok().get("members"))
                    .isEmpty();
        }
    }
}
