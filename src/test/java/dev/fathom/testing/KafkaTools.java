package dev.fathom.testing;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Kafka's own command line tools, run with the arguments an operator would give, in a process of their own. */
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

    private static Process process;

    /** One process for all of them, which ends with this one. */
    private static Process process() throws IOException {
        if (process == null || !process.isAlive()) {
            Path classes = Brokers.target().resolve("kafka/tools");
            String name = ToolServer.class.getName().replace('.', '/');
            // The classes alone, not the folder they are in: nothing of the service belongs on the tools' class path.
            for (String each : List.of(name + ".class", name + "$Ended.class")) {
                Path copy = classes.resolve(each);
                Files.createDirectories(copy.getParent());
                try (InputStream code = ToolServer.class.getClassLoader().getResourceAsStream(each)) {
                    Files.copy(code, copy, StandardCopyOption.REPLACE_EXISTING);
                }
            }
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            classes + File.pathSeparator + Brokers.lib().resolve("*"),
                            ToolServer.class.getName())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        }
        return process;
    }

    private static synchronized String run(String tool, String... arguments) {
        try {
            Process tools = process();
            DataOutputStream call = new DataOutputStream(tools.getOutputStream());
            call.writeInt(arguments.length + 1);
            call.writeUTF(tool);
            for (String argument : arguments) {
                call.writeUTF(argument);
            }
            call.flush();
            DataInputStream answer = new DataInputStream(tools.getInputStream());
            int status = answer.readInt();
            String printed = new String(answer.readNBytes(answer.readInt()), StandardCharsets.UTF_8);
            if (status != 0) {
                throw new IllegalStateException(tool + " ended with " + status + ": " + printed);
            }
            return printed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
