package dev.fathom.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.fathom.testing.Api;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.Consumers;
import dev.fathom.testing.Hook;
import dev.fathom.testing.Kafka;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a packaged service speaks with clusters: ways to sign in, TLS, compressions, both protocols of groups. */
@Order(7)
class ToKafkaIT {

    private static final String SASL = "org.apache.kafka.common.security.";
    private static final List<String> COMPRESSIONS = List.of("none", "gzip", "lz4", "snappy", "zstd");

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void everyCompressionIsReadAndConsumed(String protocol) {
        try (Kafka kafka = new Kafka(Brokers.main().bootstrapServers());
                Consumers consumers = new Consumers(SharedService.api(), "local");
                Hook hook = Hook.taking()) {
            String topic = kafka.topic(COMPRESSIONS.size());
            for (int partition = 0; partition < COMPRESSIONS.size(); partition++) {
                send(kafka, topic, partition, COMPRESSIONS.get(partition));
            }

            for (int partition = 0; partition < COMPRESSIONS.size(); partition++) {
                assertThat(SharedService.api()
                                .get("/api/v1/clusters/local/topics/" + topic + "/partitions/" + partition
                                        + "/records?position=earliest")
                                .ok()
                                .at("/items/0/value/text")
                                .asText())
                        .startsWith(COMPRESSIONS.get(partition));
            }
            String name = consumers.define("'topics':['" + topic + "'],'startFrom':'earliest','protocol':'" + protocol
                    + "','sink':{'type':'webhook','url':'" + hook.url() + "'}");
            consumers.awaitDone(name);

            Set<String> taken = hook.calls().stream()
                    .map(Hook.Call::text)
                    .map(text -> text.substring(0, text.indexOf(' ')))
                    .collect(Collectors.toSet());
            assertThat(taken).containsExactlyInAnyOrderElementsOf(COMPRESSIONS);
        }
    }

    /** Long and alike, so that there is something to compress. */
    private static void send(Kafka kafka, String topic, int partition, String compression) {
        byte[] value = (compression + " again".repeat(200)).getBytes(StandardCharsets.UTF_8);
        try (KafkaProducer<byte[], byte[]> producer = kafka.producer(Map.of("compression.type", compression))) {
            producer.send(new ProducerRecord<>(topic, partition, null, value));
        }
    }

    @Test
    void itSignsInByEveryMechanismAndSpeaksTls() throws IOException {
        Map<String, Map<String, String>> ways = Map.of(
                "plain", Brokers.saslProperties("admin", "admin-secret"),
                "scram",
                        sasl(
                                "SCRAM-SHA-512",
                                "scram.ScramLoginModule required username=\"admin\" password=\"admin-secret\";"),
                "oauth",
                        sasl(
                                "OAUTHBEARER",
                                "oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub=\"admin\";"),
                "wrong",
                        sasl(
                                "SCRAM-SHA-512",
                                "scram.ScramLoginModule required username=\"admin\" password=\"guessed\";"));
        Map<String, String> config = new HashMap<>();
        ways.forEach((name, properties) -> cluster(config, name, Brokers.sasl().bootstrapServers(), properties));
        cluster(config, "tls", Brokers.tls().bootstrapServers(), Brokers.tlsProperties());
        try (PackagedService service = new PackagedService(Map.of(), lines(config)).awaitAlive()) {
            for (String name : List.of("plain", "scram", "oauth", "tls")) {
                Kafka kafka = name.equals("tls")
                        ? new Kafka(Brokers.tls().bootstrapServers(), Brokers.tlsProperties())
                        : new Kafka(Brokers.sasl().bootstrapServers(), Brokers.saslProperties("admin", "admin-secret"));
                try (kafka) {
                    seesAndMoves(service.api(), name, kafka);
                }
            }
            JsonNode refused =
                    service.api().get("/api/v1/clusters/wrong/groups").json();
            assertThat(refused.get("type").asText()).endsWith("/cluster-unavailable");
            assertThat(refused.get("detail").asText()).doesNotContain("guessed");
        }
    }

    @Test
    void itFetchesTokensWithItsIdAndSecretFromAnEndpointItMayAsk() throws IOException {
        AtomicInteger fetched = new AtomicInteger();
        HttpServer tokens = tokens(fetched);
        String endpoint = "http://localhost:" + tokens.getAddress().getPort() + "/token";
        Map<String, String> config = new HashMap<>();
        cluster(config, "tokens", Brokers.sasl().bootstrapServers(), fetchingFrom(endpoint));
        // The client asks no other.
        config.put("org.apache.kafka.sasl.oauthbearer.allowed.urls", endpoint);
        try (PackagedService service = new PackagedService(Map.of(), lines(config)).awaitAlive()) {
            await().atMost(Duration.ofSeconds(30)).until(() -> fetched.get() > 0);
            // The broker of these tests knows no keys: a token nobody has signed is refused before it is sent.
            List<String> told = new ArrayList<>();
            // Why is found out in the background, after the first refusal.
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                JsonNode refused =
                        service.api().get("/api/v1/clusters/tokens/groups").json();
                assertThat(refused.get("type").asText()).endsWith("/cluster-unavailable");
                told.add(refused.get("detail").asText());
                return told.get(told.size() - 1).contains("JWT");
            });
            assertThat(told).noneMatch(detail -> detail.contains("token-secret"));
        } finally {
            tokens.stop(0);
        }
    }

    private static void seesAndMoves(Api api, String cluster, Kafka kafka) {
        String topic = kafka.topic(1);
        kafka.produce(topic, 0, 5);
        String group = Kafka.unique("signed");
        kafka.commit(group, Map.of(new TopicPartition(topic, 0), 4L));
        String path = "/api/v1/clusters/" + cluster + "/groups/" + group;
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(
                        api.get(path + "/lag").ok().get("total").asLong())
                .isEqualTo(1));
        JsonNode moved = api.post(path + "/resets", "{\"dryRun\":false,\"to\":\"earliest\"}")
                .ok();
        assertThat(moved.at("/partitions/0/verified").asBoolean())
                .as(moved.toString())
                .isTrue();
    }

    private static void cluster(
            Map<String, String> config, String name, String bootstrapServers, Map<String, String> properties) {
        config.put("fathom.clusters." + name + ".bootstrap-servers", bootstrapServers);
        config.put("fathom.clusters." + name + ".call-timeout", "15S");
        properties.forEach(
                (key, value) -> config.put("fathom.clusters." + name + ".properties.\"" + key + "\"", value));
    }

    private static String[] lines(Map<String, String> config) {
        return config.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .toArray(String[]::new);
    }

    private static Map<String, String> sasl(String mechanism, String module) {
        return Map.of(
                "security.protocol", "SASL_PLAINTEXT", "sasl.mechanism", mechanism, "sasl.jaas.config", SASL + module);
    }

    private static Map<String, String> fetchingFrom(String endpoint) {
        Map<String, String> properties =
                new HashMap<>(sasl("OAUTHBEARER", "oauthbearer.OAuthBearerLoginModule required;"));
        properties.put("sasl.oauthbearer.client.credentials.client.id", "fathom");
        properties.put("sasl.oauthbearer.client.credentials.client.secret", "token-secret");
        properties.put("sasl.login.callback.handler.class", SASL + "oauthbearer.OAuthBearerLoginCallbackHandler");
        properties.put("sasl.oauthbearer.token.endpoint.url", endpoint);
        return properties;
    }

    /** Gives who knows the secret a token that nobody has signed, and counts those it gave. */
    private static HttpServer tokens(AtomicInteger fetched) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        String known =
                "Basic " + Base64.getEncoder().encodeToString("fathom:token-secret".getBytes(StandardCharsets.UTF_8));
        byte[] body = "{\"access_token\":\"e30.e30.\",\"expires_in\":600}".getBytes(StandardCharsets.UTF_8);
        server.createContext("/token", exchange -> {
            if (known.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                fetched.incrementAndGet();
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            } else {
                exchange.sendResponseHeaders(401, -1);
            }
            exchange.close();
        });
        server.start();
        return server;
    }
}
