package dev.fathom.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EmbeddedBrokerTest {

    /** Starts a broker, says its process id, and waits to be killed. */
    static final class Owner {
        public static void main(String[] args) throws IOException {
            EmbeddedBroker broker = EmbeddedBroker.startSingleNode(
                    Path.of("target/kafka/lib").toAbsolutePath(),
                    Path.of("target/kafka/test-orphan").toAbsolutePath(),
                    128,
                    Map.of(),
                    List.of());
            System.out.println(broker.process().pid());
            System.in.read();
        }
    }

    @Test
    void endsWithTheProcessThatStartedItEvenWhenThatIsKilled() throws IOException {
        Process owner = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        "target/classes:target/test-classes",
                        Owner.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(owner.getInputStream(), StandardCharsets.UTF_8))) {
            ProcessHandle broker =
                    ProcessHandle.of(Long.parseLong(said.readLine())).orElseThrow();
            assertThat(broker.isAlive()).isTrue();

            owner.destroyForcibly();

            await().atMost(Duration.ofSeconds(10)).until(() -> !broker.isAlive());
        } finally {
            owner.destroyForcibly();
        }
    }
}
