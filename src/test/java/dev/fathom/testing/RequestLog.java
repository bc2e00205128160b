package dev.fathom.testing;

import static dev.fathom.testing.Kafka.get;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;

/** A broker's own log of the requests it was sent, which counts those of the service under test. */
public final class RequestLog {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> BACKGROUND =
            Set.of("fathom-health", "fathom-journal", "fathom-sampling", "fathom-sampling-groups");

    private final Path log;
    private final Kafka kafka;

    /** @param log of {@link Broker#requestLog} @param kafka a client of that broker, which has the id 1 */
    public RequestLog(Path log, Kafka kafka) {
        this.log = log;
        this.kafka = kafka;
    }

    public void begin() {
        level("DEBUG");
    }

    public void end() {
        level("WARN");
    }

    private void level(String level) {
        ConfigResource logger = new ConfigResource(ConfigResource.Type.BROKER_LOGGER, "1");
        get(kafka.admin()
                .incrementalAlterConfigs(Map.of(
                        logger,
                        List.of(new AlterConfigOp(
                                new ConfigEntry("kafka.request.logger", level), AlterConfigOp.OpType.SET))))
                .all());
    }

    /** How long it is now, in bytes. */
    public long length() {
        return log.toFile().length();
    }

    /** Requests by API name that the service, but for its work in the background, sent since the log was so long. */
    public Map<String, Integer> since(long length) {
        return count(length, client -> !client.startsWith("fathom-pool") && !BACKGROUND.contains(client));
    }

    /** The same, with its work in the background. */
    public Map<String, Integer> ofAll(long length) {
        return count(length, client -> true);
    }

    private Map<String, Integer> count(long length, Predicate<String> clients) {
        Map<String, Integer> counts = new HashMap<>();
        try (FileChannel file = FileChannel.open(log).position(length);
                BufferedReader lines = new BufferedReader(
                        new InputStreamReader(Channels.newInputStream(file), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int json = line.indexOf('{');
                // The last line may be in the making.
                if (json >= 0 && line.endsWith("}")) {
                    JsonNode header = JSON.readTree(line.substring(json)).get("requestHeader");
                    String client = header.get("clientId").asText();
                    if (client.startsWith("fathom-") && clients.test(client)) {
                        counts.merge(header.get("requestApiKeyName").asText(), 1, Integer::sum);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return counts;
    }

    /** @see #since */
    public static int all(Map<String, Integer> requests) {
        return requests.values().stream().mapToInt(Integer::intValue).sum();
    }
}
