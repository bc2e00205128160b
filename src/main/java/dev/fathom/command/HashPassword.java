package dev.fathom.command;

import dev.fathom.http.auth.PasswordHash;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** {@code hash-password}: makes the hash for a line of the users file. */
public final class HashPassword {

    private HashPassword() {}

    /**
     * The password is the first line of the standard input, so that it stands in no list of processes.
     *
     * @return the exit code
     */
    @SuppressWarnings("SystemConsoleNull") // Where there is one without a terminal, it reads the standard input too.
    public static int run() throws IOException {
        char[] password = System.console() == null
                ? firstLine(new InputStreamReader(System.in, StandardCharsets.UTF_8))
                : System.console().readPassword("Password: ");
        if (password == null || password.length == 0) {
            System.err.println("hash-password: no password on the standard input");
            return StartFailure.WRONG_USE;
        }
        System.out.println(PasswordHash.of(password));
        return 0;
    }

    private static char[] firstLine(InputStreamReader input) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = input.read(); c >= 0 && c != '\n' && c != '\r'; c = input.read()) {
            line.append((char) c);
        }
        return line.toString().toCharArray();
    }
}
