package dev.fathom.access;

import dev.fathom.config.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads a users file: lines {@code user:bcrypt-hash:role,role}; empty ones and those that begin with # are left out. */
public final class UsersFile {

    private static final String PROPERTY = "fathom.security.users-file";
    private static final Pattern BCRYPT = Pattern.compile("\\$2[aby]\\$(0[4-9]|[12]\\d|3[01])\\$[./A-Za-z0-9]{53}");

    public record User(String name, String hash, Set<String> roles) {

        @Override
        public String toString() {
            return name + " " + roles;
        }
    }

    private UsersFile() {}

    /**
     * The users by name.
     *
     * @throws ConfigurationException when there is no such file, or a line is not one; names the line and shows nothing of it
     */
    public static Map<String, User> read(Optional<String> file) {
        String path = file.orElseThrow(() -> new ConfigurationException("fathom.security.mode=basic needs " + PROPERTY
                + ": a file with lines user:bcrypt-hash:role,role, as htpasswd -nbB makes them with :role added."));
        List<String> lines;
        try {
            lines = Files.readAllLines(Path.of(path));
        } catch (IOException | InvalidPathException e) {
            throw new ConfigurationException(PROPERTY + " names a file that cannot be read as UTF-8 text: " + path);
        }
        Map<String, User> users = new HashMap<>();
        for (int number = 1; number <= lines.size(); number++) {
            String line = lines.get(number - 1).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            User user = user(line, number);
            if (users.put(user.name(), user) != null) {
                throw wrong(number, "the user is there twice");
            }
        }
        if (users.isEmpty()) {
            throw new ConfigurationException(PROPERTY + "=" + path + " has no user: nobody could log in.");
        }
        return users;
    }

    private static User user(String line, int number) {
        String[] parts = line.split(":", -1);
        if (parts.length != 3 || parts[0].isEmpty()) {
            throw wrong(number, "not user:bcrypt-hash:role,role");
        }
        if (!BCRYPT.matcher(parts[1]).matches()) {
            throw wrong(number, "the second part is not a bcrypt hash ($2y$…)");
        }
        Set<String> roles = Arrays.stream(parts[2].split(","))
                .map(String::strip)
                .filter(role -> !role.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
        return new User(parts[0], parts[1], roles);
    }

    private static ConfigurationException wrong(int number, String why) {
        return new ConfigurationException(PROPERTY + ", line " + number + ": " + why + ".");
    }
}
