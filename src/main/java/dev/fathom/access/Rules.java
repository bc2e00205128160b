package dev.fathom.access;

import dev.fathom.config.ConfigurationException;
import dev.fathom.config.FathomConfig;
import dev.fathom.config.FathomConfig.PermissionConfig;
import dev.fathom.config.FathomConfig.SecurityMode;
import dev.fathom.config.Level;
import dev.fathom.config.StartOrder;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which grants users and roles have. Where {@code fathom.security.permissions} says nothing, a role that is named like a level has that level on
 * everything, and {@code admin} may read records.
 */
@Startup(StartOrder.MADE_OF_SETTINGS)
@ApplicationScoped
public class Rules {

    private static final String ROLE = "role:";
    private static final String USER = "user:";

    private static final Map<String, Grant> BY_ROLE_NAME = Map.of(
            "viewer", new Grant(Level.VIEWER, NamePatterns.ALL, NamePatterns.ALL, NamePatterns.ALL, false),
            "operator", new Grant(Level.OPERATOR, NamePatterns.ALL, NamePatterns.ALL, NamePatterns.ALL, false),
            "admin", new Grant(Level.ADMIN, NamePatterns.ALL, NamePatterns.ALL, NamePatterns.ALL, true));

    private final boolean open;
    private final List<Given> given = new ArrayList<>();

    private record Given(String subject, Grant grant) {}

    Rules(FathomConfig config) {
        this.open = config.security().mode().orElse(SecurityMode.NONE) == SecurityMode.NONE;
        int number = 0;
        for (PermissionConfig permission : config.security().permissions()) {
            String property = "fathom.security.permissions[" + number++ + "]";
            given.add(new Given(subject(property, permission.subject()), grant(property, permission)));
        }
    }

    private static String subject(String property, String subject) {
        boolean named = (subject.startsWith(ROLE) && subject.length() > ROLE.length())
                || (subject.startsWith(USER) && subject.length() > USER.length());
        if (!named) {
            throw new ConfigurationException(
                    property + ".subject=" + subject + " must be role:NAME or user:NAME, as role:team-a.");
        }
        return subject;
    }

    private static Grant grant(String property, PermissionConfig permission) {
        return new Grant(
                permission.level(),
                names(property + ".clusters", permission.clusters()),
                names(property + ".groups", permission.groups()),
                names(property + ".topics", permission.topics()),
                permission.records());
    }

    private static NamePatterns names(String property, Optional<List<String>> patterns) {
        List<String> all = patterns.orElse(List.of());
        for (String pattern : all) {
            int star = pattern.indexOf('*');
            if (pattern.isEmpty() || (star >= 0 && star < pattern.length() - 1)) {
                throw new ConfigurationException(
                        property + " has \"" + pattern + "\": a name, or a prefix with one * at its end, as team-a.*");
            }
        }
        return new NamePatterns(all);
    }

    public boolean open() {
        return open;
    }

    public Access of(String user, Set<String> roles) {
        if (open) {
            return Access.EVERYTHING;
        }
        List<Grant> grants = new ArrayList<>();
        if (given.isEmpty()) {
            roles.stream()
                    .sorted()
                    .map(BY_ROLE_NAME::get)
                    .filter(grant -> grant != null)
                    .forEach(grants::add);
        } else {
            given.stream()
                    .filter(each -> each.subject().equals(USER + user)
                            || (each.subject().startsWith(ROLE)
                                    && roles.contains(each.subject().substring(ROLE.length()))))
                    .map(Given::grant)
                    .forEach(grants::add);
        }
        return new Access(grants);
    }
}
