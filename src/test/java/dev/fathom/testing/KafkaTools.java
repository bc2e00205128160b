package dev.fathom.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

    /** Each jar by its name: archives know no wildcards. */
    private static String classPath() {
        try (Stream<Path> jars = Files.list(Brokers.lib())) {
            return jars.map(Path::toString).sorted().collect(Collectors.joining(File.pathSeparator));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Classes as the JVM wants them in memory, written by the first run of each tool, which makes the others twice as fast.
     * Of one JVM: another refuses it with a warning and goes on without.
     */
    private static Path archive(String tool) {
        return Brokers.target().resolve("kafka/" + tool + "-" + System.getProperty("java.vm.version") + ".jsa");
    }

    private static synchronized String archiving(String tool) {
        Path archive = archive(tool);
        return (Files.exists(archive) ? "-XX:SharedArchiveFile=" : "-XX:ArchiveClassesAtExit=") + archive;
    }

    private static String run(String tool, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xlog:disable",
                "-Xlog:all=off:stderr",
                archiving(tool),
                "-cp",
                classPath(),
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
