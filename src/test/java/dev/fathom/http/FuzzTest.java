package dev.fathom.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fathom.http.ContractCheck.Operation;
import dev.fathom.testing.Api;
import dev.fathom.testing.FathomTest;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Requests made up from the contract's own schemas: right, at the boundaries, of the wrong type, with things missing and things
 * too many. Never a 500, never an undocumented status, every error a problem. {@code -Dfuzz.requests=20000} for more,
 * {@code -Dfuzz.seed=} for others.
 *
 * <p>Nothing is changed: they go to a read-only cluster and to ones that do not answer, and to names that are not there.
 */
@FathomTest
class FuzzTest {

    private static final int REQUESTS = Integer.getInteger("fuzz.requests", 2000);
    private static final long SEED = Long.getLong("fuzz.seed", 20261121);
    private static final int WORKERS = 4;
    private static final int DEEPEST = 5;

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Pattern PLACE = Pattern.compile("\\{([a-zA-Z]+)}");
    private static final Map<String, List<String>> NAMES = Map.of(
            "cluster", List.of("readonly", "readonly", "readonly", "readonly", "down", "no-such-cluster"),
            "group", List.of("invoices", "analytics", "none", "~", "~Lg"),
            "topic", List.of("orders", "audit", "none"),
            "partition", List.of("0", "1", "99"),
            "name", List.of("nobody"),
            "id", List.of("op-20261120-101500-0f9b2c1e6d5a"),
            "offset", List.of("0", "12", "-1", "9223372036854775808"),
            "slug", List.of("timeout", "conflict"),
            "instanceId", List.of("forklift-1"));
    private static final List<String> POSITIONS = List.of(
            "earliest",
            "latest-50",
            "current+1",
            "max-timestamp",
            "-PT1H",
            "none",
            "group:invoices",
            "committed-at:-PT1M",
            "committed-at:2026-11-20T10:15:00Z",
            "42",
            "2026-11-20T10:15:00Z");
    private static final List<BigInteger> NUMBERS = List.of(
            BigInteger.ZERO,
            BigInteger.ONE,
            BigInteger.ONE.negate(),
            BigInteger.valueOf(Integer.MAX_VALUE).add(BigInteger.ONE),
            BigInteger.valueOf(1_000_000_000_000L),
            BigInteger.valueOf(Long.MAX_VALUE),
            BigInteger.valueOf(Long.MAX_VALUE).add(BigInteger.ONE),
            BigInteger.TEN.pow(40));

    private final ContractCheck contract = new ContractCheck(Api.underTest());

    @Test
    void whateverIsSentIsAnsweredAsTheContractSays() {
        Set<String> failures = new ConcurrentSkipListSet<>();
        Map<Integer, Integer> statuses = new ConcurrentSkipListMap<>();
        List<Operation> operations = contract.operations();
        IntStream.range(0, WORKERS).parallel().forEach(worker -> {
            Random random = new Random(SEED + worker);
            for (int i = 0; i < REQUESTS / WORKERS; i++) {
                Operation operation = operations.get(random.nextInt(operations.size()));
                int status = contract.check(operation, path(operation, random), body(operation, random), failures);
                statuses.merge(status, 1, Integer::sum);
            }
        });

        System.out.println(
                "Fuzzed: " + REQUESTS + " requests, seed " + SEED + ", answers by status: " + new TreeMap<>(statuses));
        assertThat(failures.stream().limit(20).collect(Collectors.joining("\n")))
                .isEmpty();
        assertThat(statuses.keySet()).as("some of it is right").contains(200);
    }

    private static <T> T one(List<T> of, Random random) {
        return of.get(random.nextInt(of.size()));
    }

    private static boolean once(int in, Random random) {
        return random.nextInt(in) == 0;
    }

    // ---- where it goes

    private static String path(Operation operation, Random random) {
        Matcher places = PLACE.matcher(operation.path());
        StringBuilder path = new StringBuilder();
        while (places.find()) {
            String value = once(6, random) ? one(AnyInputTest.ODD, random) : one(NAMES.get(places.group(1)), random);
            // Never one that can be changed.
            String segment = value.equals("local") ? "readonly" : AnyInputTest.encoded(value);
            places.appendReplacement(path, Matcher.quoteReplacement(segment));
        }
        places.appendTail(path);
        String query = query(operation, random);
        return query.isEmpty() ? path.toString() : path + "?" + query;
    }

    private static String query(Operation operation, Random random) {
        StringBuilder query = new StringBuilder();
        for (JsonNode parameter : operation.description().path("parameters")) {
            boolean wanted = parameter.path("required").asBoolean() ? !once(8, random) : once(3, random);
            if (parameter.get("in").asText().equals("query") && wanted) {
                add(query, parameter.get("name").asText(), parameterValue(parameter, random));
                if (once(40, random)) {
                    add(query, parameter.get("name").asText(), "twice");
                }
            }
        }
        if (once(20, random)) {
            add(query, "dryrun", "true");
        }
        return query.toString();
    }

    private static void add(StringBuilder query, String name, String value) {
        query.append(query.isEmpty() ? "" : "&").append(name).append('=').append(AnyInputTest.encoded(value));
    }

    private static String parameterValue(JsonNode parameter, Random random) {
        if (once(5, random)) {
            return one(AnyInputTest.ODD, random);
        }
        if (parameter.has("example") && once(2, random)) {
            return parameter.get("example").asText();
        }
        String name = parameter.get("name").asText();
        if (name.equals("position") || name.equals("at")) {
            return one(POSITIONS, random);
        }
        JsonNode schema = parameter.path("schema");
        if (schema.has("enum")) {
            return schema.get("enum")
                    .get(random.nextInt(schema.get("enum").size()))
                    .asText();
        }
        return switch (type(schema)) {
            case "integer" -> one(NUMBERS, random).toString();
            case "boolean" -> Boolean.toString(random.nextBoolean());
            default -> one(NAMES.getOrDefault(name, List.of("a", "invoices", "orders")), random);
        };
    }

    // ---- what it says

    private String body(Operation operation, Random random) {
        JsonNode schema = operation
                .description()
                .at("/requestBody/content")
                .path("application/json")
                .path("schema");
        if (schema.isMissingNode()) {
            return once(4, random) ? "{}" : "";
        }
        if (once(25, random)) {
            return one(
                    List.of("", "{", "[]", "null", "\"\"", "{\"a\":1,\"a\":2}", "{}}", "\u0000", "[".repeat(5000)),
                    random);
        }
        JsonNode made = value(schema, "", random, 0);
        if (made instanceof ObjectNode object && object.has("dryRun") && !once(6, random)) {
            object.put("dryRun", true);
        }
        return broken(made.toString(), random);
    }

    /** As a hand that slips would leave it. */
    private static String broken(String json, Random random) {
        if (!once(20, random) || json.length() < 3) {
            return json;
        }
        int at = random.nextInt(json.length());
        return json.substring(0, at)
                + one(List.of("", "\"", "}", ",", "\\", "\u0007", "é"), random)
                + json.substring(at + 1);
    }

    private static String type(JsonNode schema) {
        JsonNode type = schema.path("type");
        return type.isArray() ? type.get(0).asText() : type.asText("string");
    }

    private JsonNode value(JsonNode schema, String name, Random random, int depth) {
        if (once(12, random)) {
            return anything(random);
        }
        if (schema.has("$ref")) {
            String ref = schema.get("$ref").asText();
            return value(contract.contract().at(ref.substring(1)), name, random, depth);
        }
        if (schema.has("enum")) {
            return schema.get("enum").get(random.nextInt(schema.get("enum").size()));
        }
        if (name.equals("to") || name.equals("startFrom")) {
            return JSON.textNode(one(POSITIONS, random));
        }
        JsonNode examples = schema.path("examples");
        if (examples.isArray() && !examples.isEmpty() && once(2, random)) {
            return examples.get(random.nextInt(examples.size()));
        }
        return switch (type(schema)) {
            case "object" -> object(schema, random, depth);
            case "array" -> array(schema, name, random, depth);
            case "integer", "number" -> number(schema, random);
            case "boolean" -> JSON.booleanNode(random.nextBoolean());
            default -> JSON.textNode(text(name, random));
        };
    }

    private static JsonNode anything(Random random) {
        return one(
                List.of(
                        JSON.nullNode(),
                        JSON.numberNode(one(NUMBERS, random)),
                        JSON.numberNode(1.5),
                        JSON.booleanNode(true),
                        JSON.textNode(one(AnyInputTest.ODD, random)),
                        JSON.arrayNode(),
                        JSON.objectNode()),
                random);
    }

    private JsonNode object(JsonNode schema, Random random, int depth) {
        ObjectNode object = JSON.objectNode();
        Set<String> required = new java.util.HashSet<>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        if (depth < DEEPEST) {
            schema.path("properties").fields().forEachRemaining(property -> {
                boolean wanted = required.contains(property.getKey()) ? !once(12, random) : once(3, random);
                if (wanted) {
                    object.set(property.getKey(), value(property.getValue(), property.getKey(), random, depth + 1));
                }
            });
        }
        if (once(15, random)) {
            object.put(one(List.of("dryrun", "", "to ", "$where", "__proto__"), random), "x");
        }
        return object;
    }

    private JsonNode array(JsonNode schema, String name, Random random, int depth) {
        ArrayNode array = JSON.arrayNode();
        int size = once(30, random) ? 1200 : random.nextInt(3);
        for (int i = 0; i < size; i++) {
            array.add(value(schema.path("items"), name, random, depth + 1));
        }
        return array;
    }

    private static JsonNode number(JsonNode schema, Random random) {
        if (schema.has("minimum") && once(2, random)) {
            return JSON.numberNode(
                    schema.get("minimum").bigIntegerValue().add(BigInteger.valueOf(random.nextInt(3) - 1)));
        }
        return JSON.numberNode(one(NUMBERS, random));
    }

    private static String text(String name, Random random) {
        if (once(4, random)) {
            return one(AnyInputTest.ODD, random);
        }
        return switch (name) {
            case "topic", "topics", "deadLetterTopic" -> one(NAMES.get("topic"), random);
            case "groups" -> one(NAMES.get("group"), random);
            case "waitForEmpty", "commitInterval", "drainTimeout", "handlerTimeout" ->
                one(List.of("PT1S", "PT0S", "-PT1S", "P1Y"), random);
            case "url" -> one(List.of("http://localhost:1/", "https://127.0.0.1/", "ftp://x", "http://[::1]/"), random);
            default -> "fuzz-" + random.nextInt(5);
        };
    }
}
