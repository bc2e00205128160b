package dev.fathom.testing;

import dev.fathom.sandbox.EmbeddedBroker;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The clusters the service under test is configured for, all in one run: {@code local} with the sample world,
 * {@code guarded} and {@code readonly}, which are the same one with other settings,
 * {@code sasl} as a user without rights but those a test grants, {@code wrong-password}, {@code three}, {@code fragile}
 * that tests stop, {@code faulty} behind a network that tests put at fault, {@code down} where nobody listens, and {@code nowhere}, whose name does not resolve.
 */
public class TestClusters implements QuarkusTestResourceLifecycleManager {

    @Override
    public Map<String, String> start() {
        // On threads of their own, which load classes as this one does: those of the common pool may be of a test
        // without Quarkus.
        List<CompletableFuture<?>> starting = Stream.<Supplier<?>>of(
                        Brokers::main, Brokers::sasl, Brokers::three, Brokers::fragile)
                .<CompletableFuture<?>>map(
                        broker -> CompletableFuture.supplyAsync(broker, command -> new Thread(command).start()))
                .toList();
        starting.forEach(CompletableFuture::join);
        return all();
    }

    /** All of them. */
    public static Map<String, String> all() {
        Map<String, String> config = unharmed();
        cluster(
                config,
                "three",
                Brokers.three().stream().map(Broker::bootstrapServers).collect(Collectors.joining(",")),
                Map.of());
        // Short, so that a test can outlast it.
        cluster(config, "fragile", Brokers.fragile().bootstrapServers(), Map.of("max.poll.interval.ms", "6000"));
        // Its broker is started by the tests that put it at fault.
        cluster(config, "faulty", "127.0.0.1:" + Brokers.proxy().port(), Map.of());
        config.put("fathom.clusters.fragile.call-timeout", "3S");
        return config;
    }

    /** Those only whose brokers no test harms. */
    public static Map<String, String> unharmed() {
        Map<String, String> config = new HashMap<>();
        cluster(config, "local", Brokers.main().bootstrapServers(), Map.of());
        cluster(config, "guarded", Brokers.main().bootstrapServers(), Map.of());
        config.put("fathom.clusters.guarded.require-plan", "true");
        cluster(config, "readonly", Brokers.main().bootstrapServers(), Map.of());
        config.put("fathom.clusters.readonly.read-only", "true");
        cluster(config, "sasl", Brokers.sasl().bootstrapServers(), Brokers.saslProperties("fathom", "fathom-secret"));
        cluster(
                config,
                "wrong-password",
                Brokers.sasl().bootstrapServers(),
                Brokers.saslProperties("fathom", "guessed"));
        cluster(config, "down", "127.0.0.1:" + EmbeddedBroker.freePort(), Map.of());
        cluster(config, "nowhere", "no-such-host.invalid:9092", Map.of());
        config.put("fathom.clusters.down.call-timeout", "3S");
        // Short, so that a test can see what takes several looks.
        config.put("fathom.lag.sample-interval", "2S");
        config.put("fathom.lag.stall-after", "3S");
        config.put("fathom.lag.stop-after", "3S");
        config.put("fathom.lag.history", "2M");
        config.put("fathom.pool.webhook.allowed-hosts", "localhost");
        config.put("fathom.pool.webhook.allowed-cidrs", "127.0.0.0/8");
        config.put("fathom.pool.webhook.secrets.hook", Hook.SECRET);
        // Low, so that a test can go beyond it.
        config.put("fathom.pool.max-record-bytes", "4194304");
        return config;
    }

    private static void cluster(
            Map<String, String> config, String name, String bootstrapServers, Map<String, String> properties) {
        config.put("fathom.clusters." + name + ".bootstrap-servers", bootstrapServers);
        properties.forEach(
                (key, value) -> config.put("fathom.clusters." + name + ".properties.\"" + key + "\"", value));
    }

    @Override
    public void stop() {
        // The brokers serve the whole run and end with it.
    }
}
