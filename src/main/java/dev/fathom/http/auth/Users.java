package dev.fathom.http.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.fathom.access.UsersFile;
import dev.fathom.access.UsersFile.User;
import dev.fathom.config.FathomConfig;
import dev.fathom.config.FathomConfig.SecurityMode;
import io.quarkus.runtime.Startup;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.UsernamePasswordAuthenticationRequest;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The users of {@code fathom.security.users-file}.
 *
 * <p>A bcrypt hash takes a tenth of a second to check, on purpose. What was right is remembered for a few minutes under a keyed
 * digest that is worth nothing outside this process; what was wrong is not, and a user for whom it was wrong too often is not
 * checked at all for a while, so that guessing costs the service nothing.
 */
@Startup
@ApplicationScoped
public class Users implements IdentityProvider<UsernamePasswordAuthenticationRequest> {

    private static final Duration REMEMBERED = Duration.ofMinutes(5);
    private static final Duration LOCKED = Duration.ofMinutes(1);
    private static final int MOST_WRONG = 10;
    private static final String DIGEST = "HmacSHA256";

    private final Map<String, User> users;
    private final Cache<String, Boolean> right = Caffeine.newBuilder()
            .expireAfterWrite(REMEMBERED)
            .maximumSize(10_000)
            .build();
    private final Cache<String, AtomicInteger> wrong =
            Caffeine.newBuilder().expireAfterWrite(LOCKED).maximumSize(10_000).build();
    /** Guessing may take one core, and not the service. */
    private final Semaphore checking = new Semaphore(1);

    private final SecretKeySpec key;

    Users(FathomConfig config) {
        this.users = config.security().mode().orElse(SecurityMode.NONE) == SecurityMode.BASIC
                ? UsersFile.read(config.security().usersFile())
                : Map.of();
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        this.key = new SecretKeySpec(secret, DIGEST);
    }

    @Override
    public Class<UsernamePasswordAuthenticationRequest> getRequestType() {
        return UsernamePasswordAuthenticationRequest.class;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(
            UsernamePasswordAuthenticationRequest request, AuthenticationRequestContext context) {
        String name = request.getUsername();
        byte[] password = new String(request.getPassword().getPassword()).getBytes(StandardCharsets.UTF_8);
        String digest = digest(name, password);
        if (right.getIfPresent(digest) != null) {
            return Uni.createFrom().item(identity(users.get(name)));
        }
        return context.runBlocking(() -> checked(name, password, digest));
    }

    private SecurityIdentity checked(String name, byte[] password, String digest) {
        AtomicInteger failures = wrong.get(name, any -> new AtomicInteger());
        if (failures.get() >= MOST_WRONG || !isRight(name, password)) {
            failures.incrementAndGet();
            throw new AuthenticationFailedException();
        }
        right.put(digest, true);
        wrong.invalidate(name);
        return identity(users.get(name));
    }

    private boolean isRight(String name, byte[] password) {
        User user = users.get(name);
        // For a user there is none of some other's: it takes as long, and does not count.
        User checked = user == null ? users.values().iterator().next() : user;
        checking.acquireUninterruptibly();
        try {
            return PasswordHash.fits(password, checked.hash()) && user != null;
        } finally {
            checking.release();
        }
    }

    private String digest(String name, byte[] password) {
        try {
            Mac mac = Mac.getInstance(DIGEST);
            mac.init(key);
            mac.update(name.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return HexFormat.of().formatHex(mac.doFinal(password));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SecurityIdentity identity(User user) {
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(new QuarkusPrincipal(user.name()))
                .addRoles(user.roles())
                .build();
    }
}
