package dev.fathom.sandbox;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What runs in the broker's process: formats the storage if it is new, watches its parent, then is the broker.
 *
 * <p>The parent holds the other end of standard input. When that closes, for whatever reason (a kill −9 of the service
 * too), this process ends at once. Uses nothing but the JDK; Kafka is on this process's class path alone.
 */
public final class BrokerProcess {

    private BrokerProcess() {}

    /** @param args the properties file, the cluster id, and options for the storage tool */
    public static void main(String[] args) throws Exception {
        endWithParent();
        Path properties = Path.of(args[0]);
        Path formatted = properties.resolveSibling("formatted");
        if (!Files.exists(formatted)) {
            format(args);
            Files.createFile(formatted);
        }
        invokeMain("kafka.Kafka", properties.toString());
    }

    private static void format(String[] args) throws Exception {
        String[] format = new String[args.length + 3];
        format[0] = "format";
        format[1] = "--config";
        format[2] = args[0];
        format[3] = "--cluster-id";
        format[4] = args[1];
        System.arraycopy(args, 2, format, 5, args.length - 2);
        Class<?> tool = Class.forName("kafka.tools.StorageTool");
        Object status;
        try {
            status = tool.getMethod("execute", String[].class, java.io.PrintStream.class)
                    .invoke(null, format, System.err);
        } catch (NoSuchMethodException e) {
            status = runApart(tool, format);
        }
        if (!Integer.valueOf(0).equals(status)) {
            throw new IllegalStateException("formatting the storage failed with " + status);
        }
    }

    /** Before Kafka 3.9 the tool ends its process when it is done. */
    private static int runApart(Class<?> tool, String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                tool.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .start()
                .waitFor();
    }

    private static void invokeMain(String name, String... args) throws Exception {
        try {
            Class.forName(name).getMethod("main", String[].class).invoke(null, (Object) args);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private static void endWithParent() {
        Thread watch = new Thread(BrokerProcess::watchParent, "parent-watch");
        watch.setDaemon(true);
        watch.start();
    }

    private static void watchParent() {
        try {
            while (System.in.read() >= 0) {
                // Nothing is ever sent; only the end counts.
            }
        } catch (IOException e) {
            // The parent is gone all the same.
        }
        Runtime.getRuntime().halt(1);
    }
}
