package dev.fathom.packaged;

import dev.fathom.testing.Api;
import dev.fathom.testing.TestClusters;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * A packaged service that several classes of tests share, for those that can run beside each other: started when first asked for,
 * with the unharmed clusters of {@link TestClusters}, and ended with this process.
 */
final class SharedService {

    /** For machines that are slow and busy. */
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private static PackagedService service;

    private SharedService() {}

    static synchronized Api api() {
        if (service == null) {
            Awaitility.setDefaultTimeout(PATIENCE);
            Map<String, String> config = TestClusters.unharmed();
            // A pool of its own: other services of these tests know no webhook.
            config.put("fathom.pool.topic-prefix", "__fathom_shared_");
            for (String busy : List.of("local", "guarded", "readonly")) {
                config.put("fathom.clusters." + busy + ".call-timeout", "15S");
            }
            String[] properties = config.entrySet().stream()
                    .map(entry -> entry.getKey() + "=" + entry.getValue())
                    .toArray(String[]::new);
            service = new PackagedService(Map.of(), properties).awaitAlive();
            Runtime.getRuntime().addShutdownHook(new Thread(service::close));
        }
        return service.api();
    }
}
