package dev.fathom.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fathom.testing.Brokers;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * How fast the packaged service starts, how large it is, and what it holds: idle, with one cluster and its defaults, and after
 * it was asked for everything. With the JVM's own settings: {@code mvn verify -Dit.test=StartBenchmark -Dtest=IdsTest
 * -Dtest.jvm=-server}, and with {@code -Dnative} of the native executable.
 */
class StartBenchmark {

    private static final int STARTS = 11;
    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final long MEGABYTE = 1 << 20;

    @Test
    void startSizeAndMemory() throws Exception {
        String bootstrapServers = Brokers.main().bootstrapServers();
        long[] millis = new long[STARTS];
        for (int i = 0; i < STARTS; i++) {
            long begun = System.nanoTime();
            try (PackagedService service = started(bootstrapServers)) {
                millis[i] = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
                assertThat(service.isAlive()).isTrue();
            }
        }
        Arrays.sort(millis);
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("what", PackagedService.NATIVE.isPresent() ? "native" : "jar on " + Runtime.version());
        result.put("sizeMegabytes", Files.size(PackagedService.NATIVE.orElse(PackagedService.JAR)) / MEGABYTE);
        result.put("startMillisMedian", millis[STARTS / 2]);
        result.put("startMillisFastest", millis[0]);
        try (PackagedService service = started(bootstrapServers)) {
            Thread.sleep(IDLE.toMillis());
            result.put("idleMegabytes", service.residentBytes() / MEGABYTE);
            for (int i = 0; i < 200; i++) {
                service.api().get("/api/v1/clusters/local/groups?include=lag").ok();
                service.api()
                        .get("/api/v1/clusters/local/groups/invoices/lag?fresh=true")
                        .ok();
                assertThat(service.api().get("/q/metrics").status()).isEqualTo(200);
            }
            result.put("after600RequestsMegabytes", service.residentBytes() / MEGABYTE);
        }
        System.out.println("RESULT " + new ObjectMapper().writeValueAsString(result));
    }

    /** Returns at its first 200. */
    private static PackagedService started(String bootstrapServers) throws InterruptedException {
        PackagedService service =
                new PackagedService(Map.of(), "fathom.clusters.local.bootstrap-servers=" + bootstrapServers);
        while (!answers(service)) {
            assertThat(service.isAlive()).as(service.said()).isTrue();
            // Seldom enough to leave the cores to it.
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return service;
    }

    private static boolean answers(PackagedService service) {
        try {
            return service.api().get("/q/health/live").status() == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }
}
