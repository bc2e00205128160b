package dev.fathom;

import dev.fathom.http.auth.PasswordHash;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** Starts the service; {@code hash-password} makes the hash for a line of the users file instead, and serves nothing. */
@QuarkusMain
public final class Main {

    private static final int WRONG_USE = 2;

    private Main() {}

    public static void main(String... arguments) throws IOException {
        if (arguments.length > 0 && arguments[0].equals("hash-password")) {
            hashPassword();
        } else {
            Quarkus.run(arguments);
        }
    }

    /** The password is the first line of the standard input, so that it stands in no list of processes. */
    @SuppressWarnings("SystemConsoleNull") // Where there is one without a terminal, it reads the standard input too.
    private static void hashPassword() throws IOException {
        char[] password = System.console() == null
                ? firstLine(new InputStreamReader(System.in, StandardCharsets.UTF_8))
                : System.console().readPassword("Password: ");
        if (password == null || password.length == 0) {
            System.err.println("hash-password: no password on the standard input");
            System.exit(WRONG_USE);
        }
        System.out.println(PasswordHash.of(password));
    }

    private static char[] firstLine(InputStreamReader input) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = input.read(); c >= 0 && c != '\n' && c != '\r'; c = input.read()) {
            line.append((char) c);
        }
        return line.toString().toCharArray();
    }
}
