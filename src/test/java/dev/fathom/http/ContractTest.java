package dev.fathom.http;

import static dev.fathom.testing.Kafka.get;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.fathom.testing.Api;
import dev.fathom.testing.Api.Answer;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.Consumers;
import dev.fathom.testing.FathomTest;
import dev.fathom.testing.Kafka;
import dev.fathom.testing.LiveGroup;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
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
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The contract is what the service does, and says all there is to say. With {@code -Dcontract.update=examples} the examples
 * are recorded anew from real answers; with {@code -Dcontract.update=contract} the committed contract is written anew, with
 * the examples the service was built with.
 */
@FathomTest
class ContractTest {

    private static final String UPDATE = System.getProperty("contract.update", "");
    private static final Path CONTRACT = Path.of("openapi/openapi.yaml");
    private static final Path EXAMPLES = Path.of("openapi/examples");
    private static final Duration LOOKS = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The contract has the whole catalogue elsewhere. */
    private static final int SHOWN_PROBLEMS = 3;

    private static final String CONSUMERS = "/api/v1/clusters/local/consumers";

    /** The request behind each example, on the sample world. */
    private static final Map<String, String> GETS = Map.ofEntries(
            Map.entry("listClusters", "/api/v1/clusters"),
            Map.entry("describeCluster", "/api/v1/clusters/local"),
            Map.entry("whoAmI", "/api/v1/me"),
            Map.entry("listTopics", "/api/v1/clusters/local/topics?search=orders"),
            Map.entry("describeTopic", "/api/v1/clusters/local/topics/orders"),
            Map.entry("listTopicOffsets", "/api/v1/clusters/local/topics/orders/offsets?partition=0&at=latest-5,-PT1H"),
            Map.entry("seekPosition", "/api/v1/clusters/local/topics/orders/partitions/0/seek?position=latest-5"),
            Map.entry("readRecords", "/api/v1/clusters/local/topics/orders/partitions/0/records?position=latest-1"),
            Map.entry("listTopicGroups", "/api/v1/clusters/local/topics/audit/groups"),
            Map.entry("listGroups", "/api/v1/clusters/local/groups?search=invoices&include=lag"),
            Map.entry("describeGroup", "/api/v1/clusters/local/groups/analytics"),
            Map.entry("listMembers", "/api/v1/clusters/local/groups/analytics/members"),
            Map.entry("listGroupOffsets", "/api/v1/clusters/local/groups/invoices/offsets"),
            Map.entry("describeGroupLag", "/api/v1/clusters/local/groups/audit-archive/lag"),
            Map.entry("diagnoseGroup", "/api/v1/clusters/local/groups/audit-archive/diagnosis"),
            Map.entry("diagnoseCluster", "/api/v1/clusters/local/diagnosis?top=1"),
            Map.entry("describeLagHistory", "/api/v1/clusters/local/groups/audit-archive/lag/history?window=PT1M"),
            Map.entry("describeGroupScale", "/api/v1/clusters/local/groups/invoices/scale"),
            Map.entry("listWorstGroups", "/api/v1/clusters/local/lag?top=1"),
            Map.entry("listParked", "/api/v1/clusters/local/groups/invoices/parked?topic=parked"),
            Map.entry("listProblems", "/api/v1/problems"),
            Map.entry("compareGroups", "/api/v1/clusters/local/groups/refunds/compare?with=invoices"),
            Map.entry("listOperations", "/api/v1/operations?cluster=local&group=refunds&limit=1"),
            Map.entry("describeOperation", "/api/v1/operations/{done}"),
            Map.entry("listConsumers", CONSUMERS + "?limit=1"),
            Map.entry("describeConsumer", CONSUMERS + "/orders-to-billing"),
            Map.entry("listConsumerMembers", CONSUMERS + "/orders-to-billing/members"),
            Map.entry("describeConsumerStats", CONSUMERS + "/orders-to-billing/stats"),
            Map.entry("listConsumerEvents", CONSUMERS + "/orders-to-billing/events"),
            Map.entry("listConsumerOffsets", CONSUMERS + "/orders-to-billing/offsets"),
            Map.entry("describeProblem", "/api/v1/problems/group-not-found"));

    private record Change(String method, String path, String body) {}

    /** Those that change something, or could. */
    private static final Map<String, Change> CHANGES = new TreeMap<>(Map.of(
            "queryLag",
            new Change("POST", "/api/v1/clusters/local/lag/query", "{\"groups\":[\"invoices\",\"no-such-group\"]}"),
            "resetGroup",
            new Change(
                    "POST",
                    "/api/v1/clusters/local/groups/refunds/resets?include=time",
                    "{\"dryRun\":true,\"to\":\"latest-5\",\"targets\":[{\"topic\":\"orders\",\"partitions\":[0,1]},"
                            + "{\"topic\":\"orders\",\"partitions\":[2],\"to\":\"current+1\"}],\"reason\":\"bad deploy"
                            + " 1432\"}"),
            "deleteGroupOffsets",
            new Change(
                    "DELETE",
                    "/api/v1/clusters/local/groups/refunds/offsets?topic=orders&partition=2&dryRun=true",
                    null),
            "deleteGroup",
            new Change("DELETE", "/api/v1/clusters/local/groups/refunds?dryRun=true", null),
            "removeMember",
            new Change(
                    "DELETE",
                    "/api/v1/clusters/local/groups/warehouse/members/forklift-1?dryRun=true&reason=dead%20host",
                    null),
            "removeMembers",
            new Change("DELETE", "/api/v1/clusters/local/groups/warehouse/members?all=true&dryRun=true", null),
            "cleanUpGroups",
            new Change(
                    "POST",
                    "/api/v1/clusters/local/groups/cleanup",
                    "{\"dryRun\":true,\"state\":\"empty\",\"unchangedFor\":\"P3D\",\"match\":\"refunds\"}"),
            "undoOperation",
            new Change("POST", "/api/v1/operations/{done}/undo", "{\"dryRun\":true}"),
            "cancelOperation",
            new Change("DELETE", "/api/v1/operations/{waiting}", null)));

    private static final String NEW_CONSUMER =
            "{\"name\":\"orders-to-audit\",\"desired\":\"running\",\"spec\":{\"topics\":[\"orders\"],\"groupId\":\"auditing\","
                    + "\"members\":3,\"startFrom\":\"earliest\",\"sink\":{\"type\":\"topic\",\"topic\":\"audited\"},"
                    + "\"retry\":{\"maxAttempts\":10,\"initial\":\"PT0.5S\"},\"deadLetter\":{\"topic\":\"orders-dead\"}}}";

    static {
        CHANGES.put(
                "parkRecord",
                new Change(
                        "POST",
                        "/api/v1/clusters/local/groups/invoices/park",
                        "{\"dryRun\":true,\"topic\":\"orders\",\"partition\":1,\"to\":\"parked\",\"reason\":\"not valid"
                                + " JSON\"}"));
        CHANGES.put(
                "redriveRecord",
                new Change(
                        "POST",
                        "/api/v1/clusters/local/groups/invoices/parked/parked/0/0/redrive",
                        "{\"dryRun\":true,\"reason\":\"fixed in release 1433\"}"));
        String one = CONSUMERS + "/orders-to-billing";
        CHANGES.putAll(Map.of(
                "createConsumer", new Change("POST", CONSUMERS, NEW_CONSUMER),
                "validateConsumer",
                        new Change(
                                "POST",
                                CONSUMERS + "/validate",
                                "{\"name\":\"orders-to-log\",\"spec\":{\"topics\":[\"orders\"],\"startFrom\":\"earliest\",\"members\":2,"
                                        + "\"sink\":{\"type\":\"log\",\"sample\":20}}}"),
                "restoreConsumers", new Change("POST", CONSUMERS + "/restore", "{}"),
                "replaceConsumer",
                        new Change(
                                "PUT",
                                one + "?version={version}",
                                "{\"name\":\"orders-to-billing\",\"spec\":{\"topics\":[\"orders\"],\"startFrom\":\"earliest\",\"members\":2,"
                                        + "\"sink\":{\"type\":\"topic\",\"topic\":\"billing\"}}}"),
                "scaleConsumer", new Change("PUT", one + "/scale", "{\"members\":2}"),
                "resetConsumer",
                        new Change(
                                "POST", one + "/resets", "{\"dryRun\":true,\"to\":\"latest-5\",\"reason\":\"replay\"}"),
                "deleteConsumer", new Change("DELETE", CONSUMERS + "/orders-to-nowhere", null)));
        for (String command : List.of("pause", "resume", "stop", "start", "restart")) {
            CHANGES.put(command + "Consumer", new Change("POST", one + "/" + command, "{}"));
        }
    }

    private static Kafka kafka;
    private static LiveGroup warehouse;
    private static Consumers consumers;
    private static String done;
    private static String waiting;

    /** A group that was moved, and one with a static member that a reset waits for. */
    @BeforeAll
    static void moveGroups() {
        kafka = new Kafka(Brokers.main().bootstrapServers());
        Map<TopicPartition, Long> commits = Map.of(
                new TopicPartition("orders", 0), 40L,
                new TopicPartition("orders", 1), 38L,
                new TopicPartition("orders", 2), 30L);
        kafka.commit("refunds", commits);
        warehouse = kafka.join("warehouse", List.of("orders"), Map.of("group.instance.id", "forklift-1"))
                .awaitAssigned();
        Api api = Api.underTest();
        done = operation(api.post(
                        "/api/v1/clusters/local/groups/refunds/resets",
                        "{\"dryRun\":false,\"to\":\"current-10\",\"reason\":\"bad deploy 1432\"}")
                .ok());
        kafka.commit("refunds", commits);
        waiting = operation(api.post(
                        "/api/v1/clusters/local/groups/warehouse/resets",
                        "{\"dryRun\":false,\"to\":\"earliest\",\"waitForEmpty\":\"PT10M\"}")
                .json());
    }

    @BeforeAll
    static void defineConsumers() {
        try (Kafka admin = new Kafka(Brokers.main().bootstrapServers())) {
            for (String topic : List.of("billing", "audited", "orders-dead")) {
                admin.topic(topic, 1, Map.of());
            }
        }
        consumers = new Consumers(Api.underTest(), "local");
        String reading = "'topics':['orders'],'startFrom':'earliest','sink':{'type':'topic','topic':'billing'}";
        consumers.define("orders-to-billing", reading);
        // As dev mode has it: its name is the example in the contract.
        consumers.define("click-log", "'topics':['clicks'],'startFrom':'latest','sink':{'type':'log','level':'debug'}");
        consumers.define("orders-to-nowhere", "'topics':['jobs'],'sink':{'type':'log','level':'debug'}");
        consumers.awaitDone("orders-to-billing");
        consumers.awaitTotal("orders-to-billing", "delivered", 120);
    }

    private static String operation(JsonNode answer) {
        String path = answer.get("operation").asText();
        return path.substring(path.lastIndexOf('/') + 1);
    }

    @AfterAll
    static void leave() {
        consumers.alsoDelete("orders-to-audit");
        consumers.close();
        get(kafka.admin()
                .deleteConsumerGroups(
                        List.of("auditing", "fathom.orders-to-billing", "fathom.orders-to-nowhere", "fathom.click-log"))
                .all());
        List.of("billing", "audited", "orders-dead").forEach(kafka::deleteTopic);
        warehouse.close();
        // Static members do not leave when they close.
        get(kafka.admin()
                .removeMembersFromConsumerGroup("warehouse", new RemoveMembersFromConsumerGroupOptions())
                .all());
        Api.underTest().delete("/api/v1/operations/" + waiting);
        get(kafka.admin().deleteConsumerGroups(List.of("refunds", "warehouse")).all());
        kafka.close();
    }

    private static Change request(String operationId) {
        Change request = CHANGES.containsKey(operationId)
                ? CHANGES.get(operationId)
                : new Change("GET", GETS.get(operationId), null);
        String path = request.path().replace("{done}", done).replace("{waiting}", waiting);
        if (path.contains("{version}")) {
            path = path.replace(
                    "{version}",
                    consumers.get("orders-to-billing").get("version").asText());
        }
        return new Change(request.method(), path, request.body());
    }

    private static TreeSet<String> requests() {
        TreeSet<String> all = new TreeSet<>(GETS.keySet());
        all.addAll(CHANGES.keySet());
        return all;
    }

    private final Api api = Api.underTest();

    private JsonNode contract() {
        return api.get("/q/openapi?format=json").json();
    }

    private static void operations(JsonNode contract, BiConsumer<String, JsonNode> visitor) {
        contract.get("paths")
                .fields()
                .forEachRemaining(path -> path.getValue().fields().forEachRemaining(operation -> {
                    if (operation.getValue().has("operationId")) {
                        visitor.accept(operation.getKey() + " " + path.getKey(), operation.getValue());
                    }
                }));
    }

    @Test
    void theCommittedContractIsWhatTheServiceGenerates() throws IOException {
        String generated = CanonicalYaml.of(contract());
        if (UPDATE.equals("contract")) {
            Files.writeString(CONTRACT, generated);
        }

        assertThat(Files.readString(CONTRACT))
                .as("run mvn test -Dtest=ContractTest -Dcontract.update=contract and look at the diff")
                .isEqualTo(generated);
    }

    @Test
    void everyOperationSaysWhatItDoesTakesAndAnswers() {
        List<String> silent = new ArrayList<>();
        operations(Inlined.of(contract()), (where, operation) -> {
            require(silent, where + " summary", operation.path("summary"));
            require(silent, where + " description", operation.path("description"));
            require(silent, where + " tag", operation.at("/tags/0"));
            JsonNode answer = success(operation).at("/content/application~1json");
            require(
                    silent,
                    where + " example",
                    answer.has("examples") ? answer.get("examples") : answer.path("example"));
            operation.path("parameters").forEach(parameter -> {
                require(silent, where + " " + parameter.get("name").asText(), parameter.path("description"));
                require(silent, where + " " + parameter.get("name").asText() + " schema", parameter.path("schema"));
            });
            operation.get("responses").fields().forEachRemaining(response -> {
                require(
                        silent,
                        where + " " + response.getKey(),
                        response.getValue().path("description"));
                if (response.getKey().startsWith("4") || response.getKey().startsWith("5")) {
                    require(
                            silent,
                            where + " " + response.getKey() + " problem",
                            response.getValue().at("/content/application~1problem+json/schema"));
                }
            });
            if (operation.has("requestBody")) {
                require(
                        silent,
                        where + " body example",
                        operation.at("/requestBody/content/application~1json/example"));
            }
        });

        assertThat(silent).isEmpty();
    }

    /** The first answer that is none of trouble. */
    private static JsonNode success(JsonNode operation) {
        return Stream.of("200", "201", "202")
                .map(status -> operation.at("/responses/" + status))
                .filter(response -> !response.isMissingNode())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void everyFieldIsDescribed() {
        List<String> silent = new ArrayList<>();
        contract().at("/components/schemas").fields().forEachRemaining(schema -> {
            if (schema.getValue().has("properties")) {
                require(silent, schema.getKey(), schema.getValue().path("description"));
                schema.getValue()
                        .get("properties")
                        .fields()
                        .forEachRemaining(property -> require(
                                silent,
                                schema.getKey() + "." + property.getKey(),
                                property.getValue().path("description")));
            }
        });

        assertThat(silent).isEmpty();
    }

    private static void require(List<String> silent, String what, JsonNode field) {
        boolean there = field.isObject() || field.isArray() || !field.asText("").isBlank();
        if (!there) {
            silent.add(what);
        }
    }

    @Test
    void everyOperationHasARequestForItsExample() {
        TreeSet<String> ids = new TreeSet<>();
        operations(
                contract(),
                (where, operation) -> ids.add(operation.get("operationId").asText()));

        assertThat(requests()).containsExactlyInAnyOrderElementsOf(ids);
    }

    static Stream<String> operationIds() {
        return requests().stream();
    }

    @ParameterizedTest
    @MethodSource("operationIds")
    void everyExampleIsARealAnswerAndFitsItsSchema(String operationId) throws IOException {
        Change request = request(operationId);
        JsonNode answer = answered(request);
        if (UPDATE.equals("examples")) {
            record(operationId, request, answer);
        }
        JsonNode example = JSON.readTree(file(operationId).toFile()).get("answer");
        Set<String> fields = shape("", tidied(operationId, example));
        // What is known from looking again and again is told after some looks.
        long end = System.nanoTime() + LOOKS.toNanos();
        while (request.method().equals("GET")
                && !shape("", tidied(operationId, answer)).equals(fields)
                && System.nanoTime() < end) {
            LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
            answer = answered(request);
        }

        assertThat(shape("", tidied(operationId, answer)))
                .as("the fields of the recorded answer are those of one given now")
                .isEqualTo(fields);
        JsonSchema schema = schemaOf(operationId);
        assertThat(schema.validate(example)).isEmpty();
        assertThat(schema.validate(answer)).isEmpty();
    }

    private static Path file(String operationId) {
        return EXAMPLES.resolve(operationId + ".json");
    }

    private JsonNode answered(Change request) {
        Answer answered =
                switch (request.method()) {
                    case "POST" -> api.post(request.path(), request.body());
                    case "PUT" -> api.put(request.path(), request.body());
                    default -> api.send(request.method(), request.path(), null);
                };
        assertThat(answered.status()).as(answered.text()).isBetween(200, 202);
        return answered.json();
    }

    private static void record(String operationId, Change request, JsonNode answer) throws IOException {
        ObjectNode example = JSON.createObjectNode().put("request", request.method() + " " + request.path());
        if (request.body() != null) {
            example.set("body", JSON.readTree(request.body()));
        }
        example.set("answer", tidied(operationId, answer));
        Files.writeString(
                file(operationId), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(example) + "\n");
    }

    /** What takes an id that only exists once something was done, or names a member. */
    private static final Set<String> WITHOUT_EXAMPLE =
            Set.of("describeOperation", "undoOperation", "cancelOperation", "removeMember");

    /** As the Swagger UI sends them in dev mode: reads, dry runs, and what only looks. */
    @ParameterizedTest
    @MethodSource("operationIds")
    void theExamplesOfTheContractRunAsTheyStand(String operationId) {
        List<Answer> answers = new ArrayList<>();
        operations(Inlined.of(contract()), (where, operation) -> {
            if (!operation.get("operationId").asText().equals(operationId)) {
                return;
            }
            String method = where.substring(0, where.indexOf(' ')).toUpperCase(Locale.ROOT);
            String path = withExamples(where.substring(where.indexOf(' ') + 1), operation, method.equals("DELETE"));
            JsonNode body = operation.at("/requestBody/content/application~1json/example");
            if (path.contains("{")) {
                assertThat(WITHOUT_EXAMPLE).contains(operationId);
            } else if (method.equals("GET") || method.equals("DELETE") && path.contains("dryRun=true")) {
                answers.add(api.send(method, path, null));
            } else if (body.path("dryRun").asBoolean() || onlyLooks(operationId)) {
                answers.add(api.post(path, body.toString()));
            }
        });

        assertThat(answers)
                .allSatisfy(
                        answer -> assertThat(answer.status()).as(answer.text()).isEqualTo(200));
    }

    private static boolean onlyLooks(String operationId) {
        return operationId.equals("validateConsumer") || operationId.equals("queryLag");
    }

    private static String withExamples(String template, JsonNode operation, boolean planning) {
        String path = template;
        List<String> query = new ArrayList<>();
        for (JsonNode parameter : operation.path("parameters")) {
            String name = parameter.get("name").asText();
            String example = parameter.path("example").asText("");
            if (parameter.get("in").asText().equals("path") && !example.isEmpty()) {
                path = path.replace("{" + name + "}", example);
            } else if (planning && (name.equals("dryRun") || name.equals("all"))) {
                query.add(name + "=true");
            } else if (parameter.get("in").asText().equals("query") && !example.isEmpty()) {
                query.add(name + "=" + URLEncoder.encode(example, StandardCharsets.UTF_8));
            }
        }
        return query.isEmpty() ? path : path + "?" + String.join("&", query);
    }

    /** Only what a reader of the contract would have too: the sample world's own cluster. */
    private static JsonNode tidied(String operationId, JsonNode answer) {
        if (operationId.endsWith("Consumer") && !operationId.equals("describeConsumer")
                || operationId.contains("Consumers")) {
            // What members last said depends on the moment.
            ObjectNode tidy = answer.deepCopy();
            Stream.concat(
                            Stream.of(tidy),
                            StreamSupport.stream(tidy.path("items").spliterator(), false))
                    .filter(consumer -> consumer.has("members"))
                    .forEach(consumer -> ((ObjectNode) consumer)
                            .remove(List.of("lag", "reason"))
                            .withArray("members")
                            .removeAll());
            return tidy;
        }
        if (operationId.equals("describeConsumerStats")) {
            // What the client averages over its last minute is there only if it fetched in that.
            ObjectNode tidy = answer.deepCopy();
            tidy.path("members").forEach(member -> ((ObjectNode) member)
                    .remove(List.of("bytesPerFetch", "recordsPerFetch", "fetchLatency")));
            return tidy;
        }
        if (operationId.equals("listProblems")) {
            ObjectNode tidy = answer.deepCopy();
            while (tidy.get("items").size() > SHOWN_PROBLEMS) {
                tidy.withArray("items").remove(SHOWN_PROBLEMS);
            }
            return tidy;
        }
        if (operationId.equals("listClusters")) {
            ObjectNode tidy = answer.deepCopy();
            tidy.withArray("items").removeIf(item -> !item.get("name").asText().equals("local"));
            tidy.withArray("problems").removeAll();
            ((ObjectNode) tidy.get("page")).put("total", 1);
            return tidy;
        }
        return answer;
    }

    /** What is there only where something happened a short while ago: a commit, a change of state, a call of a sink. */
    private static final Set<String> SEEN_LATELY =
            Set.of("consumeRate", "produceRate", "catchUpEta", "events", "handlerLatency");

    /** The paths of all fields, but for those; array items folded into one. */
    private static TreeSet<String> shape(String path, JsonNode node) {
        TreeSet<String> paths = new TreeSet<>();
        if (node.isArray()) {
            node.forEach(item -> paths.addAll(shape(path + "[]", item)));
        } else if (node.isObject()) {
            node.fields().forEachRemaining(field -> {
                if (!SEEN_LATELY.contains(field.getKey())) {
                    paths.add(path + "/" + field.getKey());
                    paths.addAll(shape(path + "/" + field.getKey(), field.getValue()));
                }
            });
        }
        return paths;
    }

    private JsonSchema schemaOf(String operationId) {
        JsonNode contract = Inlined.of(contract());
        List<String> found = new ArrayList<>();
        operations(contract, (where, operation) -> {
            if (operation.get("operationId").asText().equals(operationId)) {
                found.add(success(operation)
                        .at("/content/application~1json/schema/$ref")
                        .asText());
            }
        });
        ObjectNode root = JSON.createObjectNode().put("$ref", found.get(0));
        root.set("components", contract.get("components"));
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(root);
    }
}
