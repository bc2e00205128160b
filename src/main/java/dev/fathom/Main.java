package dev.fathom;

import dev.fathom.command.ConfigCheck;
import dev.fathom.command.HashPassword;
import dev.fathom.command.Help;
import dev.fathom.command.StartFailure;
import io.quarkus.runtime.ApplicationLifecycleManager;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.IOException;

/** Starts the service, or does what the first argument says instead ({@link Help}). */
@QuarkusMain
public final class Main {

    Main() {}

    public static void main(String... arguments) throws IOException {
        if (arguments.length == 0) {
            start(arguments);
            return;
        }
        switch (arguments[0]) {
            case "--help", "-h", "help" -> System.out.print(Help.text());
            case "--version" -> System.out.println(Help.version());
            case "hash-password" -> System.exit(HashPassword.run());
            case ConfigCheck.COMMAND -> start(arguments);
            default -> {
                System.err.println("fathom: unknown argument \"" + arguments[0]
                        + "\". Properties (-Dname=value) come before" + " -jar; --help shows what there is.");
                System.exit(StartFailure.WRONG_USE);
            }
        }
    }

    private static void start(String... arguments) {
        try {
            Quarkus.run(null, Main::ended, arguments);
        } catch (ExceptionInInitializerError e) {
            ended(1, e);
        }
    }

    private static void ended(int code, Throwable failure) {
        // Known only once it has run: live reload ends and starts the service by itself.
        if (LaunchMode.current() != LaunchMode.NORMAL) {
            ApplicationLifecycleManager.getDefaultExitCodeHandler().accept(code, failure);
            return;
        }
        System.exit(failure == null ? code : StartFailure.tell(failure));
    }
}
