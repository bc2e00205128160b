package dev.fathom.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** What {@code --help} and {@code --version} print. */
public final class Help {

    private static final String VERSION = "/fathom-version.txt";

    private static final String TEXT = """
            Fathom: where Kafka consumer groups are, why, and how to move them safely.

            Usage:
              fathom                  serve; the configuration comes from properties and the environment
              fathom check-config     read the configuration and try each cluster; exit 0 when all is well, 1 when not
              fathom hash-password    hash a password (first line of the standard input) for the users file
              fathom --version        print the version
              fathom --help           print this

            "fathom" is the native executable, or: java [-Dproperty=value ...] -jar fathom.jar
            Properties come before -jar. For the native executable they come first: ./fathom -Dproperty=value ...

            The one property that is needed, and the same as an environment variable:
              -Dfathom.clusters.prod.bootstrap-servers=broker-1:9092,broker-2:9092
              FATHOM_CLUSTERS_PROD_BOOTSTRAP_SERVERS=broker-1:9092,broker-2:9092

            Exit codes: 0 ended as asked, 1 failed, 2 wrong arguments or a wrong setting.
            No cluster at hand? In a checkout, "mvn compile exec:exec" starts Fathom with a broker and a sample world.
            """;

    private Help() {}

    public static String text() {
        return TEXT;
    }

    /** The version it was built as. */
    public static String version() {
        try (InputStream version = Help.class.getResourceAsStream(VERSION)) {
            return "fathom " + new String(version.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
