package dev.fathom.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** A client of the service that sends exactly what it is given and reads JSON. */
public final class Api {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final String base;
    private final HttpClient client;
    private final Optional<String> authorization;

    private Api(String base, HttpClient client, Optional<String> authorization) {
        this.base = base;
        this.client = client;
        this.authorization = authorization;
    }

    /** The service under test. */
    public static Api underTest() {
        return at("http://127.0.0.1:"
                + org.eclipse.microprofile.config.ConfigProvider.getConfig()
                        .getValue("quarkus.http.test-port", Integer.class));
    }

    public static Api at(String base) {
        return new Api(base, CLIENT, Optional.empty());
    }

    /** The same, called by a user with a password. */
    public Api as(String user, String password) {
        byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return authorized("Basic " + Base64.getEncoder().encodeToString(both));
    }

    /** The same, called with credentials. @param authorization the header of that name */
    public Api authorized(String authorization) {
        return new Api(base, client, Optional.of(authorization));
    }

    /** The same, by another client. */
    public Api through(HttpClient client) {
        return new Api(base, client, authorization);
    }

    /** Where the service is: scheme, host and port. */
    public String base() {
        return base;
    }

    /** What came back. */
    public record Answer(HttpResponse<byte[]> response) {

        public int status() {
            return response.statusCode();
        }

        public String text() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }

        public JsonNode json() {
            try {
                return JSON.readTree(response.body());
            } catch (IOException e) {
                throw new UncheckedIOException("not JSON: " + text(), e);
            }
        }

        public Optional<String> header(String name) {
            return response.headers().firstValue(name);
        }

        /** The JSON of an answer that is a 200. */
        public JsonNode ok() {
            if (status() != 200) {
                throw new AssertionError("expected 200, got " + status() + ": " + text());
            }
            return json();
        }

        /** The slug of the problem this is. */
        public String problem() {
            if (!header("Content-Type").orElse("").equals("application/problem+json")) {
                throw new AssertionError("no problem: " + status() + " " + text());
            }
            String type = json().get("type").asText();
            return type.substring(type.lastIndexOf('/') + 1);
        }
    }

    /** @param headers names and values in turn */
    public Answer get(String path, String... headers) {
        return send("GET", path, null, headers);
    }

    /** @param headers names and values in turn, beside the content type */
    public Answer post(String path, String json, String... headers) {
        return sendJson("POST", path, json, headers);
    }

    public Answer put(String path, String json) {
        return sendJson("PUT", path, json);
    }

    private Answer sendJson(String method, String path, String json, String... headers) {
        String[] all = Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Content-Type";
        all[headers.length + 1] = "application/json";
        return send(method, path, json.getBytes(StandardCharsets.UTF_8), all);
    }

    public Answer delete(String path, String... headers) {
        return send("DELETE", path, null, headers);
    }

    public Answer send(String method, String path, byte[] body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(Duration.ofSeconds(30))
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        authorization.ifPresent(credentials -> request.header("Authorization", credentials));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return new Answer(client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What readiness says of a cluster. */
    public String reachability(String cluster) {
        for (JsonNode check : get("/q/health/ready").json().get("checks")) {
            if (check.get("name").asText().equals("clusters")) {
                return check.get("data").path(cluster).asText();
            }
        }
        throw new AssertionError("readiness says nothing of clusters");
    }

    /** The item of a list whose field has a value. */
    public static JsonNode item(JsonNode list, String field, String value) {
        for (JsonNode item : list.get("items")) {
            if (item.get(field).asText().equals(value)) {
                return item;
            }
        }
        throw new AssertionError("no item with " + field + " " + value + " in " + list);
    }

    /** The row of a topic and partition. */
    public static JsonNode row(JsonNode list, String topic, int partition) {
        for (JsonNode item : list.get("items")) {
            if (item.get("topic").asText().equals(topic)
                    && item.get("partition").asInt() == partition) {
                return item;
            }
        }
        throw new AssertionError("no row for " + topic + "-" + partition + " in " + list);
    }
}
