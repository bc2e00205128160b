package dev.fathom.bench;

import dev.fathom.packaged.PackagedService;
import dev.fathom.sandbox.EmbeddedBroker;
import dev.fathom.testing.Broker;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.FaultProxy;
import dev.fathom.testing.Kafka;
import dev.fathom.testing.RequestLog;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;

/** A broker with a data set in it: clients reach it directly, or from afar, through a proxy that delays and hangs. */
final class World implements AutoCloseable {

    /** What the services call it. */
    static final String CLUSTER = "bench";

    /** As the image's documentation has it. */
    static final int HEAP_MEGABYTES = 256;

    private static final int BROKER_MEGABYTES = 2048;

    private final DataSet set;
    private final FaultProxy proxy = new FaultProxy();
    private final Broker broker;
    private final Kafka kafka;

    World(DataSet set) {
        this.set = set;
        int behindProxy = EmbeddedBroker.freePort();
        String far = "127.0.0.1:" + proxy.port();
        broker = Brokers.advertising("benchmark", BROKER_MEGABYTES, Map.of(behindProxy, far));
        proxy.to(behindProxy);
        kafka = new Kafka(near());
        set.fill(kafka);
    }

    DataSet set() {
        return set;
    }

    Kafka kafka() {
        return kafka;
    }

    FaultProxy proxy() {
        return proxy;
    }

    String near() {
        return broker.bootstrapServers();
    }

    String far() {
        return "127.0.0.1:" + proxy.port();
    }

    RequestLog requests() {
        return new RequestLog(
                broker.requestLog().orElseThrow(() -> new IllegalStateException("the broker's log is in a container")),
                kafka);
    }

    /** The service, as shipped, once it is ready. @param bootstrapServers {@link #near} or {@link #far} */
    PackagedService service(String bootstrapServers) {
        return service(PackagedService.NATIVE, bootstrapServers);
    }

    PackagedService service(Optional<Path> executable, String bootstrapServers) {
        PackagedService service = PackagedService.asShipped(
                executable, HEAP_MEGABYTES, "fathom.clusters." + CLUSTER + ".bootstrap-servers=" + bootstrapServers);
        service.awaitAlive();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(() -> service.api().get("/q/health/ready").status() == 200);
        return service;
    }

    static int port(PackagedService service) {
        return URI.create(service.api().base()).getPort();
    }

    @Override
    public void close() {
        kafka.close();
        broker.close();
        proxy.close();
    }
}
