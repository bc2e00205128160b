package dev.fathom.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import at.favre.lib.crypto.bcrypt.BCrypt;
import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Agent;
import dev.fathom.testing.Api;
import dev.fathom.testing.Api.Answer;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.Kafka;
import dev.fathom.testing.LiveGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** A packaged service in mode basic: who gets in, what each may do, and what a team sees that may see only its own. */
@ResourceLock(Brokers.THE_PROXY)
class BasicIT {

    /** With what breaks naive parsers; and a canary, that no log may have. */
    private static final String PASSWORD = "pa\"ss;w:ord-canary-7d1f";

    private static final List<String> LEVELS = List.of("viewer", "operator", "admin");

    @TempDir
    static Path folder;

    private static PackagedService service;
    private static Kafka kafka;
    /** Its own: of which the team may see one topic. */
    private static String group;

    private static String mine;
    private static String theirs;
    private static String otherGroup;

    @BeforeAll
    static void start() throws IOException {
        kafka = new Kafka(Brokers.main().bootstrapServers());
        String id = Kafka.unique("x");
        group = "team-a." + id;
        otherGroup = "team-ab." + id;
        mine = "team-a.topic-" + id;
        theirs = "secret.topic-" + id;
        for (String topic : List.of(mine, theirs)) {
            kafka.topic(topic, 1, Map.of());
            kafka.produce(topic, 0, 10);
        }
        kafka.commit(group, Map.of(new TopicPartition(mine, 0), 4L, new TopicPartition(theirs, 0), 2L));
        kafka.commit(otherGroup, Map.of(new TopicPartition(mine, 0), 1L));
        String hash = BCrypt.with(BCrypt.Version.VERSION_2Y).hashToString(4, PASSWORD.toCharArray());
        Path users = folder.resolve("users");
        Files.write(
                users,
                List.of(
                        "viewer:" + hash + ":viewer",
                        "operator:" + hash + ":operator",
                        "admin:" + hash + ":admin",
                        "nobody:" + hash + ":",
                        "tina:" + hash + ":team",
                        "locked:" + hash + ":viewer",
                        "careless:" + hash + ":viewer",
                        "mistaken:" + hash + ":viewer",
                        "late:" + hash + ":viewer",
                        "fred:" + hash + ":",
                        "slow:" + BCrypt.with(BCrypt.Version.VERSION_2Y).hashToString(12, PASSWORD.toCharArray())
                                + ":viewer"));
        service = PackagedService.withUsers(
                users,
                "fathom.log.json=true",
                "fathom.security.permissions[0].subject=role:viewer",
                "fathom.security.permissions[0].level=viewer",
                "fathom.security.permissions[1].subject=role:operator",
                "fathom.security.permissions[1].level=operator",
                "fathom.security.permissions[2].subject=role:admin",
                "fathom.security.permissions[2].level=admin",
                "fathom.security.permissions[2].records=true",
                "fathom.security.permissions[3].subject=user:tina",
                "fathom.security.permissions[3].level=operator",
                "fathom.security.permissions[3].clusters=local",
                "fathom.security.permissions[3].groups=team-a.*",
                "fathom.security.permissions[3].topics=team-a.*",
                "fathom.security.permissions[4].subject=user:fred",
                "fathom.security.permissions[4].level=operator",
                "fathom.security.permissions[4].clusters=frozen",
                "fathom.clusters.frozen.bootstrap-servers=" + Brokers.main().bootstrapServers(),
                "fathom.clusters.frozen.read-only=true",
                // All of it, so that a canary would show.
                "quarkus.log.level=DEBUG",
                "quarkus.log.category.\"org.apache.kafka\".level=INFO",
                "fathom.clusters.alone.bootstrap-servers="
                        + Brokers.behindProxy().bootstrapServers(),
                "fathom.clusters.canary.bootstrap-servers=127.0.0.1:1",
                "fathom.clusters.canary.properties.\"security.protocol\"=SASL_PLAINTEXT",
                "fathom.clusters.canary.properties.\"sasl.mechanism\"=PLAIN",
                "fathom.clusters.canary.properties.\"sasl.jaas.config\"="
                        + "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"u\""
                        + " password=\"jaas-canary-9e2b\";");
    }

    /** Starts it; apart, since the users' file is needed first. */
    @AfterAll
    static void end() {
        service.close();
        kafka.close();
    }

    private static Api as(String user) {
        return service.api().as(user, PASSWORD);
    }

    private static String groups(String id) {
        return "/api/v1/clusters/local/groups/" + URLEncoder.encode(id, StandardCharsets.UTF_8);
    }

    // ---- who gets in

    @Test
    void withoutCredentialsOnlyTheProbesAnswerAndTellNoNames() {
        Api nobody = service.api();

        assertThat(nobody.get("/q/health/live").status()).isEqualTo(200);
        assertThat(nobody.get("/q/health/ready").text()).doesNotContain("local");
        for (String path : List.of(
                "/",
                "/api/v1/me",
                "/api/v1/problems",
                "/q/metrics",
                "/q/openapi",
                "/q/swagger-ui/",
                "/q/health",
                "/q/nope")) {
            Answer refused = nobody.get(path);
            assertThat(refused.status()).as(path).isEqualTo(401);
            assertThat(refused.problem()).isEqualTo("unauthenticated");
            assertThat(refused.header("WWW-Authenticate").orElseThrow()).startsWith("Basic");
            for (String method : List.of("HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE")) {
                assertThat(nobody.send(method, path, null).status())
                        .as(method + " " + path)
                        .isIn(401, 405, 501);
            }
        }
    }

    @Test
    void wrongCredentialsGetInNowhere() {
        for (Api wrong : List.of(
                service.api().as("careless", PASSWORD + "x"),
                service.api().as("mistaken", ""),
                service.api().as("stranger", PASSWORD),
                service.api().authorized("Basic !!!"),
                service.api().authorized("Bearer abc"))) {
            for (String path : List.of("/api/v1/me", "/q/metrics", "/q/openapi", "/q/swagger-ui/")) {
                Answer refused = wrong.get(path);
                assertThat(refused.status()).as(path).isEqualTo(401);
                assertThat(refused.problem()).as(path).isEqualTo("unauthenticated");
                assertThat(refused.header("WWW-Authenticate").orElseThrow()).startsWith("Basic");
            }
        }
        // The probes are public, and still no place to try passwords.
        assertThat(service.api().as("careless", "guessed").get("/q/health/live").status())
                .isEqualTo(401);
    }

    @Test
    void guessingIsSlowedForTheUserAtTheAddressAndForNobodyElse() throws IOException {
        Api guesser = service.api().as("locked", "guess");
        List<Answer> answers = new ArrayList<>();
        // Until the wait is long enough for what follows.
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    answers.add(guesser.get("/api/v1/me"));
                    return answers.get(answers.size() - 1)
                            .header("Retry-After")
                            .filter(seconds -> Integer.parseInt(seconds) > 3)
                            .isPresent();
                });

        assertThat(answers.stream().limit(5)).allMatch(answer -> answer.status() == 401);
        assertThat(answers.stream().filter(answer -> answer.status() == 401)).hasSize(7);
        assertThat(answers.stream().filter(answer -> answer.status() == 429))
                .hasSize(answers.size() - 7)
                .allMatch(answer -> answer.problem().equals("too-many-tries"));
        assertThat(as("locked").get("/api/v1/me").status())
                .as("even the right one waits")
                .isEqualTo(429);
        assertThat(statusFrom("127.0.0.2", "locked")).as("but not elsewhere").isEqualTo(200);
        assertThat(as("viewer").get("/api/v1/me").status()).isEqualTo(200);
        assertThat(service.said().lines())
                .anyMatch(line -> line.contains("operation=authenticate")
                        && line.contains("locked")
                        && line.contains("127.0.0.1")
                        && line.contains("status=429"));
        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(() ->
                        assertThat(as("locked").get("/api/v1/me").status()).isEqualTo(200));
    }

    /** The status of a call that comes from another address of this machine. */
    private static int statusFrom(String address, String user) throws IOException {
        URI base = URI.create(service.api().base());
        try (Socket socket =
                new Socket(InetAddress.getByName(base.getHost()), base.getPort(), InetAddress.getByName(address), 0)) {
            String credentials =
                    Base64.getEncoder().encodeToString((user + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream()
                    .write(("GET /api/v1/me HTTP/1.1\r\nHost: " + base.getAuthority() + "\r\nAuthorization: Basic "
                                    + credentials + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return Integer.parseInt(answer.split(" ")[1]);
        }
    }

    @Test
    void manyTriesAtOnceHoldUpNobodyElse() throws InterruptedException {
        ExecutorService guessers = Executors.newFixedThreadPool(60);
        List<Integer> statuses = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 60; i++) {
            Api guesser = service.api().as("slow", "guess-" + i);
            guessers.submit(() -> statuses.add(guesser.get("/api/v1/me").status()));
        }
        Instant begun = Instant.now();
        // Of a user who was not there before.
        Answer late = as("late").get("/api/v1/me");

        assertThat(late.status()).isEqualTo(200);
        assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(10));
        guessers.shutdown();
        assertThat(guessers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThat(statuses).hasSize(60).containsOnly(401, 429);
        assertThat(statuses.stream().filter(status -> status == 401).count()).isBetween(1L, 8L);
    }

    @Test
    void anIdempotencyKeyIsItsCallers() {
        String own = "team-a." + Kafka.unique("keyed");
        kafka.commit(own, Map.of(new TopicPartition(mine, 0), 4L));
        String path = groups(own) + "/resets";
        String key = Kafka.unique("key");
        String toOne = "{\"dryRun\":false,\"to\":1,\"acknowledgeInUse\":true}";
        String toTwo = "{\"dryRun\":false,\"to\":2,\"acknowledgeInUse\":true}";

        Answer first = as("operator").post(path, toOne, "Idempotency-Key", key);
        Answer other = as("admin").post(path, toTwo, "Idempotency-Key", key);
        Answer again = as("operator").post(path, toOne, "Idempotency-Key", key);
        Answer reused = as("admin").post(path, toOne, "Idempotency-Key", key);

        assertThat(first.status()).isEqualTo(200);
        assertThat(other.status()).as(other.text()).isEqualTo(200);
        assertThat(other.header("Idempotent-Replayed")).isEmpty();
        assertThat(other.json().get("operation")).isNotEqualTo(first.json().get("operation"));
        assertThat(again.header("Idempotent-Replayed")).contains("true");
        assertThat(again.json()).isEqualTo(first.json());
        assertThat(reused.status()).isEqualTo(422);
    }

    @Test
    void whoIsGrantedNothingGetsInNowhere() {
        for (String path : List.of("/api/v1/me", "/api/v1/clusters", "/q/metrics", "/q/openapi", "/q/swagger-ui/")) {
            assertThat(as("nobody").get(path).problem()).as(path).isEqualTo("forbidden");
        }
    }

    @Test
    void saysWhoTheCallerIsAndMayDoWhat() {
        JsonNode me = as("tina").get("/api/v1/me").ok();

        assertThat(me.get("name").asText()).isEqualTo("tina");
        assertThat(me.get("roles").get(0).asText()).isEqualTo("team");
        assertThat(me.at("/permissions/0/level").asText()).isEqualTo("operator");
        assertThat(me.at("/permissions/0/groups/0").asText()).isEqualTo("team-a.*");
        assertThat(me.at("/permissions/0/records").asBoolean()).isFalse();
    }

    // ---- roles × operations

    private static void operations(Consumer<Operation> visitor) {
        JsonNode contract = as("viewer").get("/q/openapi?format=json").ok();
        contract.get("paths")
                .fields()
                .forEachRemaining(path -> path.getValue().fields().forEachRemaining(method -> {
                    if (method.getValue().has("operationId")) {
                        visitor.accept(new Operation(
                                method.getKey().toUpperCase(java.util.Locale.ROOT), path.getKey(), method.getValue()));
                    }
                }));
    }

    private record Operation(String method, String path, JsonNode description) {

        String level() {
            return description.get("x-permission").asText();
        }

        boolean changes() {
            return description.has("x-changes");
        }

        /** Its path, of things that are not there. */
        String sent() {
            return path.replace("{cluster}", "local")
                    .replace("{partition}", "0")
                    .replace("{offset}", "0")
                    .replace("{slug}", "validation")
                    .replaceAll("\\{[a-zA-Z]+}", "team-a.not-there");
        }

        String notADryRun() {
            return method.equals("DELETE") && path.contains("/groups/") ? "?dryRun=false" : "";
        }

        /** The call that does it, of things that are not there. */
        Answer call(Api api) {
            return method.equals("GET") || method.equals("DELETE")
                    ? api.send(method, sent() + notADryRun(), null)
                    : api.send(
                            method,
                            sent(),
                            "{\"dryRun\":false}".getBytes(StandardCharsets.UTF_8),
                            "Content-Type",
                            "application/json");
        }
    }

    @Test
    void everyOperationIsRefusedToWhoLacksItsLevelAndToNobodyElse() {
        List<String> wrong = new ArrayList<>();
        int[] calls = {0};
        operations(operation -> {
            int needed = LEVELS.indexOf(operation.level());
            for (String user : List.of("", "nobody", "viewer", "operator", "admin")) {
                Answer answer = operation.call(user.isEmpty() ? service.api() : as(user));
                calls[0]++;
                boolean refused = answer.status() == 401
                        || answer.status() == 403 && answer.problem().equals("forbidden");
                boolean expected = LEVELS.indexOf(user) < needed;
                boolean right = refused == expected
                        && (!user.isEmpty() || answer.status() == 401)
                        && (answer.status() < 500 || answer.problem().equals("cluster-unavailable"));
                if (!right && !readsRecords(operation, user)) {
                    wrong.add(operation.method() + " " + operation.path() + " as " + user + ": " + answer.status() + " "
                            + answer.text());
                }
            }
        });
        assertThat(wrong).isEmpty();
        assertThat(calls[0]).isGreaterThan(5 * 40);
    }

    @Test
    void whoLacksTheLevelIsToldNothingOfWhatElseIsWrong() {
        operations(operation -> {
            if (operation.changes() && LEVELS.indexOf(operation.level()) > 0) {
                Answer refused = as("viewer")
                        .send(
                                operation.method(),
                                operation.sent() + operation.notADryRun(),
                                operation.method().equals("DELETE") ? null : "{".getBytes(StandardCharsets.UTF_8),
                                "Content-Type",
                                "application/json",
                                "If-Match",
                                "*",
                                "Idempotency-Key",
                                "a b");
                assertThat(refused.problem()).as(operation.path()).isEqualTo("forbidden");
            }
        });
    }

    /** A permission of its own. */
    private static boolean readsRecords(Operation operation, String user) {
        return (operation.path().endsWith("/records") || operation.path().endsWith("/redrive")) && !user.isEmpty();
    }

    @Test
    void whatChangesIsMarkedSoInTheContract() {
        List<String> changing = new ArrayList<>();
        operations(operation -> {
            if (operation.changes()) {
                changing.add(operation.description().get("operationId").asText());
            } else {
                assertThat(operation.level()).as(operation.path()).isEqualTo("viewer");
            }
        });
        assertThat(changing).contains("resetGroup", "deleteGroup", "undoOperation", "createConsumer", "scaleConsumer");
    }

    @Test
    void recordsNeedAPermissionOfTheirOwn() {
        String records = "/api/v1/clusters/local/topics/" + mine + "/partitions/0/records?position=earliest";

        assertThat(as("operator").get(records).problem()).isEqualTo("forbidden");
        assertThat(as("tina").get(records).problem()).isEqualTo("forbidden");
        assertThat(as("admin").get(records).status()).isEqualTo(200);
    }

    @Test
    void whoParksARecordHasToBeAllowedToReadItAndToWriteWhereItGoes() {
        String from = kafka.topic("team-a." + Kafka.unique("from"), 1, Map.of());
        String to = kafka.topic(Kafka.unique("parked"), 1, Map.of());
        String own = "team-a." + Kafka.unique("parking");
        kafka.produce(from, 0, 1);
        kafka.commit(own, Map.of(new TopicPartition(from, 0), 0L));
        String path = groups(own) + "/park";
        String body = "{\"dryRun\":%s,\"acknowledgeInUse\":true,\"topic\":\"" + from + "\",\"partition\":0,\"to\":\""
                + to + "\"}";

        assertThat(as("viewer").post(path, String.format(body, false)).problem())
                .isEqualTo("forbidden");
        for (boolean dryRun : List.of(true, false)) {
            Answer unreadable = as("operator").post(path, String.format(body, dryRun));
            assertThat(unreadable.problem()).isEqualTo("forbidden");
            assertThat(unreadable.text()).contains("records=true");
            assertThat(as("tina").post(path, String.format(body, dryRun)).problem())
                    .isEqualTo("forbidden");
        }
        assertThat(as("admin").post(path, String.format(body, false)).status()).isEqualTo(200);
        String list = groups(own) + "/parked?topic=" + to;
        assertThat(as("admin").get(list).ok().get("items")).hasSize(1);
        assertThat(as("viewer").get(list).problem()).isEqualTo("forbidden");
        String redrive = groups(own) + "/parked/" + to + "/0/0/redrive";
        for (String user : List.of("viewer", "operator", "tina")) {
            assertThat(as(user).post(redrive, "{\"dryRun\":false}").problem())
                    .as(user)
                    .isEqualTo("forbidden");
        }
        assertThat(as("admin").post(redrive, "{\"dryRun\":false}").status()).isEqualTo(200);
    }

    // ---- agents

    private static Agent agent(String user) {
        return new Agent(service.api().base(), user, PASSWORD);
    }

    private static boolean isOffered(Agent agent, String tool) {
        return agent.tools().stream().anyMatch(each -> each.name().equals(tool));
    }

    @Test
    void anAgentMayDoWhatItsUserMay() {
        String own = "team-a." + Kafka.unique("agents");
        kafka.commit(own, Map.of(new TopicPartition(mine, 0), 4L));
        Map<String, Object> move =
                Map.of("cluster", "local", "group", own, "to", 1, "acknowledgeInUse", true, "reason", "by an agent");
        try (Agent viewer = agent("viewer");
                Agent operator = agent("operator");
                Agent tina = agent("tina")) {
            String shown = viewer.ask("plan_reset", move).get("etag").asText();
            assertThat(isOffered(viewer, "apply_plan")).isFalse();
            assertThat(isOffered(operator, "apply_plan")).isTrue();
            assertThat(viewer.refusal("apply_plan", Map.of("etag", shown))).isEqualTo("forbidden");
            assertThat(viewer.refusal("apply_plan", Map.of("etag", "no-plan"))).isEqualTo("forbidden");
            assertThat(operator.refusal("apply_plan", Map.of("etag", shown)))
                    .as("it was shown to somebody else")
                    .isEqualTo("plan-outdated");

            String etag = operator.ask("plan_reset", move).get("etag").asText();
            JsonNode applied = operator.ask("apply_plan", Map.of("etag", etag));

            assertThat(applied.at("/partitions/0/to/offset").asLong()).isEqualTo(1);
            assertThat(operator.refusal("read_records", Map.of("cluster", "local", "topic", mine, "partition", 0)))
                    .isEqualTo("forbidden");
            assertThat(tina.refusal("group_status", Map.of("cluster", "local", "group", otherGroup)))
                    .isEqualTo("forbidden");
            assertThat(tina.refusal("group_status", Map.of("cluster", "local", "group", group, "topic", theirs)))
                    .isEqualTo("forbidden");
            assertThat(tina.refusal("find_groups", Map.of("cluster", "local", "topic", theirs)))
                    .isEqualTo("forbidden");
            assertThat(tina.ask("group_status", Map.of("cluster", "local", "group", group))
                            .toString())
                    .contains(mine)
                    .doesNotContain(theirs);
            assertThat(tina.ask("find_groups", Map.of("cluster", "local")).findValuesAsText("id"))
                    .contains(own)
                    .allMatch(id -> id.startsWith("team-a."));
        }
        List<String> lines = service.said()
                .lines()
                .filter(line -> line.contains("dev.fathom.audit") && line.contains(own))
                .toList();
        assertThat(lines).hasSize(2).allMatch(line -> line.contains("operation=resetGroup"));
        assertThat(lines.get(0)).contains("status=403", "outcome=refused", "/problems/forbidden");
        assertThat(lines.get(1)).contains("status=200", "outcome=done", mine + "-0:4>1(applied)");
    }

    @Test
    void whereEveryClusterIsReadOnlyNothingIsOfferedThatChangesOne() {
        try (Agent fred = agent("fred")) {
            assertThat(isOffered(fred, "plan_reset")).isTrue();
            assertThat(isOffered(fred, "apply_plan")).isFalse();
            JsonNode plan = fred.ask(
                    "plan_reset",
                    Map.of("cluster", "frozen", "group", group, "to", "latest", "acknowledgeInUse", true));
            assertThat(fred.refusal(
                            "apply_plan", Map.of("etag", plan.get("etag").asText())))
                    .isEqualTo("read-only");
            assertThat(fred.refusal("find_groups", Map.of("cluster", "local"))).isEqualTo("forbidden");
        }
    }

    @Test
    void whoDoesNotGetInIsNoAgent() {
        String ping = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";

        Answer nobody = service.api().post("/mcp", ping);

        assertThat(nobody.problem()).isEqualTo("unauthenticated");
        assertThat(nobody.header("WWW-Authenticate").orElseThrow()).startsWith("Basic");
        assertThat(as("nobody").post("/mcp", ping).problem()).isEqualTo("forbidden");
    }

    // ---- what a team sees

    @Test
    void listsAndTotalsAreOfWhatTheCallerMaySee() {
        JsonNode all = as("admin").get(groups(group) + "/lag").ok();
        JsonNode seen = as("tina").get(groups(group) + "/lag").ok();

        assertThat(all.get("total").asLong()).isEqualTo(6 + 8);
        assertThat(seen.get("total").asLong()).isEqualTo(6);
        assertThat(seen.toString()).doesNotContain(theirs);
        JsonNode list = as("tina")
                .get("/api/v1/clusters/local/groups?include=lag&limit=1000")
                .ok();
        assertThat(list.findValuesAsText("id")).contains(group).allMatch(id -> id.startsWith("team-a."));
        assertThat(list.at("/page/total").asInt()).isEqualTo(list.get("items").size());
        assertThat(as("tina").get(groups(group) + "/offsets").ok().get("items")).hasSize(1);
        assertThat(as("tina").get(groups(group)).text()).doesNotContain(theirs);
        assertThat(as("tina")
                        .get("/api/v1/clusters/local/topics?limit=1000")
                        .ok()
                        .findValuesAsText("name"))
                .contains(mine)
                .allMatch(name -> name.startsWith("team-a."));
        assertThat(as("tina")
                        .get("/api/v1/clusters/local/topics/" + mine + "/groups")
                        .ok()
                        .findValuesAsText("id"))
                .contains(group)
                .doesNotContain(otherGroup);
        assertThat(as("tina").get("/api/v1/clusters/local/lag?top=1000").text()).doesNotContain(otherGroup);
        assertThat(as("tina").get("/api/v1/clusters").ok().findValuesAsText("name"))
                .containsExactly("local");
        // In both orders: what one caller was shown is not shown to another.
        assertThat(as("admin").get(groups(group) + "/lag").ok().get("total").asLong())
                .isEqualTo(14);
    }

    @Test
    void whatIsNamedAllTheSameIsRefused() {
        Api tina = as("tina");
        for (String id : List.of(
                otherGroup,
                "Team-a.x",
                "te\u0430m-a.x",
                "\nteam-a.x",
                "team-a",
                "..",
                "secret",
                "team-a%2e",
                "x".repeat(300))) {
            assertThat(tina.get(groups(id)).status()).as(id).isIn(400, 403, 404);
            assertThat(tina.get(groups(id)).status()).as(id).isNotEqualTo(200);
        }
        assertThat(tina.get(groups(otherGroup)).problem()).isEqualTo("forbidden");
        assertThat(tina.get("/api/v1/clusters/canary/groups").problem()).isEqualTo("forbidden");
        assertThat(tina.get("/api/v1/clusters/no-such/groups").problem()).isEqualTo("forbidden");
        assertThat(tina.get("/api/v1/operations/none").problem()).isEqualTo("operation-not-found");
        assertThat(tina.get("/api/v1/clusters/local/topics/" + theirs).problem())
                .isEqualTo("forbidden");
        assertThat(tina.get(groups(group) + "/compare?with=" + otherGroup).problem())
                .isEqualTo("forbidden");
        assertThat(tina.get(groups(group) + "/offsets?topic=" + theirs).problem())
                .isEqualTo("forbidden");
        JsonNode queried = tina.post(
                        "/api/v1/clusters/local/lag/query", "{\"groups\":[\"" + group + "\",\"" + otherGroup + "\"]}")
                .ok();
        assertThat(queried.get("items")).hasSize(1);
        assertThat(queried.get("problems")).hasSize(1);
        assertThat(tina.post(groups(group) + "/resets", "{\"dryRun\":true,\"to\":\"group:" + otherGroup + "\"}")
                        .status())
                .isIn(403, 422);
    }

    @Test
    void aMoveTouchesOnlyWhatTheCallerMayChange() {
        String own = "team-a." + Kafka.unique("moved");
        kafka.commit(own, Map.of(new TopicPartition(mine, 0), 4L, new TopicPartition(theirs, 0), 2L));
        Api tina = as("tina");

        JsonNode plan = tina.post(groups(own) + "/resets", "{\"dryRun\":true,\"to\":\"earliest\"}")
                .ok();
        Answer named = tina.post(
                groups(own) + "/resets",
                "{\"dryRun\":false,\"to\":\"earliest\",\"targets\":[{\"topic\":\"" + theirs + "\"}]}");
        JsonNode moved = tina.post(
                        groups(own) + "/resets", "{\"dryRun\":false,\"to\":\"earliest\",\"acknowledgeInUse\":true}")
                .ok();

        assertThat(plan.get("applicable").asBoolean()).isTrue();
        assertThat(plan.get("partitions")).hasSize(1);
        assertThat(named.problem()).isEqualTo("forbidden");
        assertThat(moved.get("partitions")).hasSize(1);
        Map<TopicPartition, ?> now =
                Kafka.get(kafka.admin().listConsumerGroupOffsets(own).partitionsToOffsetAndMetadata());
        assertThat(now.get(new TopicPartition(mine, 0)).toString()).contains("offset=0");
        assertThat(now.get(new TopicPartition(theirs, 0)).toString()).contains("offset=2");
        // Its topics are not all hers, and neither is deleting.
        assertThat(tina.delete(groups(own) + "?dryRun=true").problem()).isEqualTo("forbidden");
        assertThat(tina.delete(groups(own) + "/offsets?dryRun=false").problem()).isEqualTo("forbidden");
        // Waiting would be planned again by the service, which sees all topics.
        assertThat(tina.post(
                                groups(own) + "/resets",
                                "{\"dryRun\":false,\"to\":\"earliest\",\"waitForEmpty\":\"PT1M\"}")
                        .problem())
                .isEqualTo("forbidden");
        String operation = moved.get("operation").asText();
        assertThat(tina.get(operation).ok().get("actor").asText()).isEqualTo("tina");
        assertThat(tina.post(operation + "/undo", "{\"dryRun\":false,\"acknowledgeInUse\":true}")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aDryRunOfAViewerSaysThatTheyMayNotDoIt() {
        JsonNode plan = as("viewer")
                .post(groups(group) + "/resets", "{\"dryRun\":true,\"to\":\"earliest\"}")
                .ok();

        assertThat(plan.get("applicable").asBoolean()).isFalse();
        assertThat(plan.get("blockers").toString()).contains("forbidden");
    }

    @Test
    void theJournalShowsAndUndoesOnlyWhatTheCallerMay() {
        kafka.commit(otherGroup, Map.of(new TopicPartition(mine, 0), 1L));
        JsonNode moved = as("operator")
                .post(groups(otherGroup) + "/resets", "{\"dryRun\":false,\"to\":3,\"acknowledgeInUse\":true}")
                .ok();
        String operation = moved.get("operation").asText();

        assertThat(as("tina").get(operation).problem()).isEqualTo("forbidden");
        assertThat(as("tina").post(operation + "/undo", "{\"dryRun\":true}").problem())
                .isEqualTo("forbidden");
        assertThat(as("viewer").post(operation + "/undo", "{\"dryRun\":false}").problem())
                .isEqualTo("forbidden");
        assertThat(as("tina").get("/api/v1/operations?limit=1000").text()).doesNotContain(otherGroup);
        assertThat(as("viewer").get("/api/v1/operations?limit=1000").text()).contains(otherGroup);
    }

    @Test
    void aConsumerIsDefinedOnlyByWhoMayReadItsRecords() {
        String body = "{\"name\":\"spy\",\"spec\":{\"topics\":[\"" + theirs + "\"],\"groupId\":\"team-a.spy\","
                + "\"sink\":{\"type\":\"log\"}}}";

        assertThat(as("tina").post("/api/v1/clusters/local/consumers", body).problem())
                .isEqualTo("forbidden");
        assertThat(as("tina")
                        .post("/api/v1/clusters/local/consumers/validate", body)
                        .problem())
                .isEqualTo("forbidden");
        assertThat(as("admin")
                        .post("/api/v1/clusters/local/consumers/validate", body)
                        .status())
                .isEqualTo(200);
    }

    // ---- what is left of it

    @Test
    void everyChangeAndEveryRefusedChangeIsOneLine() {
        String own = "team-a." + Kafka.unique("audited");
        kafka.commit(own, Map.of(new TopicPartition(mine, 0), 4L));
        String reset = "{\"dryRun\":false,\"to\":7,\"acknowledgeInUse\":true}";

        as("operator")
                .post(groups(own) + "/resets", reset, "X-Request-Id", "audit-done")
                .ok();
        as("viewer").post(groups(own) + "/resets", reset, "X-Request-Id", "audit-refused");
        as("viewer")
                .post(groups(own) + "/resets", "{\"dryRun\":true,\"to\":7}", "X-Request-Id", "audit-plan")
                .ok();
        as("viewer").post(groups("team-a.x\nactor=\"admin\"") + "/resets", reset, "X-Request-Id", "audit-forged");

        List<String> lines = service.said()
                .lines()
                .filter(line -> line.contains("dev.fathom.audit"))
                .toList();
        assertThat(lines)
                .filteredOn(line -> line.contains("audit-done"))
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .contains(
                                "actor=\\\"operator\\\"",
                                "outcome=done",
                                "operation=resetGroup",
                                mine + "-0:4>7",
                                "127.0.0.1"));
        assertThat(lines)
                .filteredOn(line -> line.contains("audit-refused"))
                .singleElement()
                .satisfies(line -> assertThat(line).contains("actor=\\\"viewer\\\"", "outcome=refused", "status=403"));
        assertThat(lines).noneMatch(line -> line.contains("audit-plan"));
        assertThat(lines)
                .filteredOn(line -> line.contains("audit-forged"))
                .singleElement()
                .satisfies(line ->
                        assertThat(line).contains("actor=\\\"viewer\\\"").doesNotContain("actor=\\\"admin\\\""));
    }

    @Test
    void whatIsDoneLaterIsALineOfItsOwnUnderTheNameOfWhoAsked() {
        // Where no other test's service is a replica that may do it.
        try (Kafka alone = new Kafka(Brokers.behindProxy().bootstrapServers())) {
            String topic = alone.topic(1);
            String group = Kafka.unique("deferred");
            alone.produce(topic, 0, 10);
            try (LiveGroup reader = alone.join(group, List.of(topic), Map.of()).awaitAssigned()) {
                assertThat(reader).isNotNull();
                String reset = "{\"dryRun\":false,\"to\":7,\"waitForEmpty\":\"PT2M\",\"targets\":[{\"topic\":\"" + topic
                        + "\"}]}";
                Answer taken = as("operator")
                        .post(
                                "/api/v1/clusters/alone/groups/" + group + "/resets",
                                reset,
                                "X-Request-Id",
                                "audit-later");
                assertThat(taken.status()).as(taken.text()).isEqualTo(202);
            }
            await().atMost(Duration.ofSeconds(40)).untilAsserted(() -> assertThat(service.said()
                            .lines()
                            .filter(line -> line.contains("dev.fathom.audit") && line.contains("deferredReset")))
                    .singleElement()
                    .satisfies(line -> assertThat(line)
                            .contains(
                                    "actor=\\\"operator\\\"",
                                    "outcome=done",
                                    group,
                                    topic + "-0:",
                                    ">7",
                                    "requestId=\\\"audit-later\\\"")));
        }
    }

    @Test
    void noSecretIsEverSaid() {
        as("admin").get("/api/v1/clusters/canary/groups");
        as("admin").get("/api/v1/clusters/canary");
        String contract = as("admin").get("/q/openapi").text();
        String metrics = as("admin").get("/q/metrics").text();

        assertThat(service.said()).contains("\"level\":\"DEBUG\"");
        for (String secret : List.of(PASSWORD, "canary-7d1f", "jaas-canary-9e2b", "$2y$")) {
            assertThat(service.said()).doesNotContain(secret);
            assertThat(contract).doesNotContain(secret);
            assertThat(metrics).doesNotContain(secret);
        }
    }

    @Test
    void aPageOfAnotherSiteChangesNothing() {
        String pause = "/api/v1/clusters/local/consumers/none/pause";
        Api admin = as("admin");

        assertThat(admin.post(pause, "{}", "Origin", "https://evil.example").problem())
                .isEqualTo("forbidden");
        assertThat(admin.send("POST", pause, null, "Origin", "null").problem()).isEqualTo("forbidden");
        assertThat(admin.post(pause, "{}", "Origin", service.api().base()).problem())
                .isEqualTo("consumer-not-found");
        assertThat(admin.send(
                                "POST",
                                groups(group) + "/resets",
                                "dryRun=false".getBytes(StandardCharsets.UTF_8),
                                "Content-Type",
                                "application/x-www-form-urlencoded")
                        .status())
                .isEqualTo(415);
        assertThat(admin.get("/api/v1/me", "Origin", "https://evil.example").header("Access-Control-Allow-Origin"))
                .isEmpty();
    }

    @Test
    void everyAnswerHasItsSafetyHeaders() {
        for (String path : List.of("/api/v1/me", "/q/swagger-ui/", "/api/v1/nope", "/q/metrics")) {
            Answer answer = as("admin").get(path);
            assertThat(answer.header("X-Content-Type-Options")).as(path).contains("nosniff");
            assertThat(answer.header("X-Frame-Options")).as(path).contains("DENY");
            assertThat(answer.header("Content-Security-Policy").orElseThrow())
                    .as(path)
                    .contains("object-src 'none'");
        }
    }
}
