package dev.fathom.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Api.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** Managed consumers of one cluster, as a test defines and watches them; deletes them all in the end. */
public final class Consumers implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(40);
    /** For the end of a test, while others begin. */
    private static final Duration TIDYING = Duration.ofSeconds(120);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    private final Api api;
    private final String base;
    private final List<String> defined = new ArrayList<>();

    public Consumers(Api api, String cluster) {
        this.api = api;
        this.base = "/api/v1/clusters/" + cluster + "/consumers";
    }

    public String base() {
        return base;
    }

    /** @param spec the fields of a spec, without the braces around them, in single quotes */
    public String define(String spec) {
        return define(Kafka.unique("consumer"), spec);
    }

    public String define(String name, String spec) {
        Answer answer = create(name, spec);
        if (answer.status() != 201) {
            throw new AssertionError(answer.status() + " " + answer.text());
        }
        return name;
    }

    public Answer create(String name, String spec) {
        defined.add(name);
        return api.post(base, body(name, spec));
    }

    public static String body(String name, String spec) {
        return ("{'name':'" + name + "','spec':{" + spec + "}}").replace('\'', '"');
    }

    /** Has one that was defined otherwise deleted in the end, too. */
    public void alsoDelete(String name) {
        defined.add(name);
    }

    /** All of them, on one page. */
    public JsonNode list() {
        return api.get(base + "?limit=1000").ok();
    }

    public JsonNode get(String name) {
        return api.get(base + "/" + name).ok();
    }

    public String state(String name) {
        return get(name).get("state").asText();
    }

    public JsonNode awaitState(String name, String state) {
        return await(name, state, consumer -> consumer.get("state").asText().equals(state));
    }

    public JsonNode await(String name, String what, Predicate<JsonNode> condition) {
        JsonNode[] last = new JsonNode[1];
        Awaitility.await(what)
                .atMost(PATIENCE)
                .pollInterval(BETWEEN_LOOKS)
                .ignoreExceptions()
                .untilAsserted(() -> {
                    last[0] = get(name);
                    assertThat(condition.test(last[0]))
                            .as(() -> what + " of " + last[0] + "; its events: "
                                    + api.get(base + "/" + name + "/events").text())
                            .isTrue();
                });
        return last[0];
    }

    /** Waits until everything in the logs is committed by its group. */
    public void awaitDone(String name) {
        String group = get(name).get("group").asText();
        Awaitility.await("lag 0 of " + name)
                .atMost(PATIENCE)
                .pollInterval(BETWEEN_LOOKS)
                .ignoreExceptions()
                .untilAsserted(() -> {
                    JsonNode lag = api.get(group + "/lag?fresh=true").ok();
                    assertThat(lag.get("total").isNumber())
                            .as(() -> get(name).toString())
                            .isTrue();
                    assertThat(lag.get("total").asLong())
                            .as(() -> get(name).toString())
                            .isZero();
                    assertThat(lag.get("unknown")).as(lag::toString).isEmpty();
                });
    }

    public JsonNode stats(String name) {
        return api.get(base + "/" + name + "/stats").ok();
    }

    public long total(String name, String field) {
        return stats(name).get("total").get(field).asLong();
    }

    /** Waits until what has been counted has come to a number: other replicas tell after a while. */
    public void awaitTotal(String name, String field, long expected) {
        Awaitility.await(field + " of " + name)
                .atMost(PATIENCE)
                .pollInterval(BETWEEN_LOOKS)
                .untilAsserted(() -> assertThat(total(name, field))
                        .as(() -> stats(name).toString())
                        .isEqualTo(expected));
    }

    public void awaitEvent(String name, String type) {
        Awaitility.await(type + " of " + name).atMost(PATIENCE).until(() -> events(name)
                .contains(type));
    }

    public List<String> events(String name) {
        List<String> types = new ArrayList<>();
        api.get(base + "/" + name + "/events")
                .ok()
                .get("items")
                .forEach(event -> types.add(event.get("type").asText()));
        return types;
    }

    /** @param command as in the path, {@code pause} */
    public Answer tell(String name, String command) {
        return api.post(base + "/" + name + "/" + command, "{}");
    }

    public Answer scale(String name, int members) {
        return api.put(base + "/" + name + "/scale", "{\"members\":" + members + "}");
    }

    @Override
    public void close() {
        defined.forEach(name -> api.delete(base + "/" + name));
        Awaitility.await().atMost(TIDYING).pollInterval(BETWEEN_LOOKS).until(() -> defined.stream()
                .allMatch(name -> api.get(base + "/" + name).status() == 404));
    }
}
