package dev.fathom.sandbox;

import dev.fathom.Main;
import java.io.IOException;

/**
 * Dev mode for a build that starts this class with the class path of the project, as an IDE would: Quarkus finds no
 * application on it and makes one of the sources, with live reload.
 */
public final class DevMode {

    private DevMode() {}

    /** Ends with the process that started it, however that ends; a signal to Maven reaches no other process. */
    public static void main(String... arguments) throws IOException {
        ProcessHandle.current().parent().ifPresent(build -> {
            var unused = build.onExit().thenRun(() -> System.exit(0));
        });
        Main.main(arguments);
    }
}
