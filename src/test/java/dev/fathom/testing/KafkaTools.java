package dev.fathom.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Kafka's own command line tools, run as an operator would: each in a process of its own. */
public final class KafkaTools {

    private KafkaTools() {}

    /** {@code kafka-consumer-groups.sh} with these arguments; what it printed. */
    public static String consumerGroups(String... arguments) {
        return run("org.apache.kafka.tools.consumer.group.ConsumerGroupCommand", arguments);
    }

    /** {@code kafka-get-offsets.sh} with these arguments; what it printed. */
    public static String getOffsets(String... arguments) {
        return run("org.apache.kafka.tools.GetOffsetShell", arguments);
    }

    private static String run(String tool, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Brokers.lib().resolve("*").toString(),
                tool));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            if (status != 0) {
                throw new IllegalStateException(tool + " ended with " + status + ": " + printed);
            }
            return printed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
