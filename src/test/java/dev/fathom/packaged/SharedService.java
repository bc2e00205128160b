package dev.fathom.packaged;

import dev.fathom.testing.Api;
import dev.fathom.testing.TestClusters;
import java.time.Duration;
import org.awaitility.Awaitility;

/**
 * A packaged service that several classes of tests share, for those that can run beside each other: started when first asked for,
 * with the clusters of {@link TestClusters}, and ended with this process.
 */
final class SharedService {

    /** For machines that are slow and busy. */
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private static PackagedService service;

    private SharedService() {}

    static synchronized Api api() {
        if (service == null) {
            Awaitility.setDefaultTimeout(PATIENCE);
            String[] properties = new TestClusters()
                    .start().entrySet().stream()
                            .map(entry -> entry.getKey() + "=" + entry.getValue())
                            .toArray(String[]::new);
            service = new PackagedService(java.util.Map.of(), properties).awaitAlive();
            Runtime.getRuntime().addShutdownHook(new Thread(service::close));
        }
        return service.api();
    }
}
