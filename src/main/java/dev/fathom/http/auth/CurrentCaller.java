package dev.fathom.http.auth;

import dev.fathom.access.Access;
import dev.fathom.access.Rules;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.RequestScoped;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Who sent the request that is being answered. */
@RequestScoped
public class CurrentCaller {

    static final String NOBODY = "anonymous";

    private final SecurityIdentity identity;
    private final Rules rules;
    private @Nullable Access access;

    CurrentCaller(SecurityIdentity identity, Rules rules) {
        this.identity = identity;
        this.rules = rules;
    }

    /** The user's name; {@code anonymous} where nobody authenticates. */
    public String name() {
        return name(identity);
    }

    static String name(SecurityIdentity identity) {
        return identity.isAnonymous() ? NOBODY : identity.getPrincipal().getName();
    }

    /** Who sent a request that may not have come to a resource. */
    public static String name(RoutingContext request) {
        return request.user() instanceof QuarkusHttpUser user ? name(user.getSecurityIdentity()) : NOBODY;
    }

    public SortedSet<String> roles() {
        return new TreeSet<>(identity.getRoles());
    }

    public Access access() {
        if (access == null) {
            access = access(rules, identity);
        }
        return access;
    }

    static Access access(Rules rules, SecurityIdentity identity) {
        if (identity.isAnonymous() && !rules.open()) {
            return Access.NOTHING;
        }
        return rules.of(name(identity), identity.getRoles());
    }
}
