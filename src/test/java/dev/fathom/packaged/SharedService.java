package dev.fathom.packaged;

import dev.fathom.testing.Api;
import dev.fathom.testing.TestClusters;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * Packaged services that several classes of tests share, for those that can run beside each other: started when first asked for,
 * with the clusters of {@link TestClusters}, and ended with this process.
 */
final class SharedService {

    /** For machines that are slow and busy. */
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private static PackagedService service;
    private static PackagedService inTrouble;

    private SharedService() {}

    static synchronized Api api() {
        if (service == null) {
            Map<String, String> config = TestClusters.unharmed();
            for (String busy : List.of("local", "guarded", "readonly")) {
                config.put("fathom.clusters." + busy + ".call-timeout", "15S");
            }
            service = started(config, "__fathom_shared_");
        }
        return service.api();
    }

    /** Another one, with all clusters, for tests that harm brokers or the network to them. */
    static synchronized Api inTrouble() {
        if (inTrouble == null) {
            inTrouble = started(TestClusters.all(), "__fathom_trouble_");
        }
        return inTrouble.api();
    }

    /** @param prefix of a pool of its own: other services of these tests know no webhook */
    private static PackagedService started(Map<String, String> config, String prefix) {
        Awaitility.setDefaultTimeout(PATIENCE);
        config.put("fathom.pool.topic-prefix", prefix);
        String[] properties = config.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .toArray(String[]::new);
        PackagedService started = new PackagedService(Map.of(), properties).awaitAlive();
        Runtime.getRuntime().addShutdownHook(new Thread(started::close));
        return started;
    }
}
