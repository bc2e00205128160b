package dev.fathom.http.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.fathom.access.UsersFile;
import dev.fathom.access.UsersFile.User;
import dev.fathom.cluster.Required;
import dev.fathom.config.FathomConfig;
import dev.fathom.config.FathomConfig.SecurityMode;
import dev.fathom.config.StartOrder;
import dev.fathom.http.auth.WrongPasswords.Answer;
import dev.fathom.http.auth.WrongPasswords.Answer.Try;
import dev.fathom.http.auth.WrongPasswords.Answer.Wait;
import dev.fathom.http.problem.ProblemType;
import io.quarkus.runtime.Startup;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.UsernamePasswordAuthenticationRequest;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpSecurityUtils;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The users of {@code fathom.security.users-file}.
 *
 * <p>A bcrypt hash takes a tenth of a second to check, on purpose. What was right is remembered for a few minutes under a keyed
 * digest that is worth nothing outside this process; what was wrong is counted ({@link WrongPasswords}), and whoever sent too
 * much of it waits before anything is checked. Whoever was let in from an address before is checked apart from whoever was
 * not, so that guessing holds up nobody who was there first.
 */
@Startup(StartOrder.MADE_OF_SETTINGS)
@ApplicationScoped
public class Users implements IdentityProvider<UsernamePasswordAuthenticationRequest> {

    private static final Duration REMEMBERED = Duration.ofMinutes(5);
    private static final Duration KNOWN = Duration.ofHours(24);
    private static final Duration SHORTLY = Duration.ofSeconds(1);
    private static final int MOST_REMEMBERED = 10_000;
    private static final String DIGEST = "HmacSHA256";

    private final Map<String, User> users;
    private final Origins origins;
    private final WrongPasswords wrong;
    private final Cache<String, Boolean> right = Caffeine.newBuilder()
            .expireAfterWrite(REMEMBERED)
            .maximumSize(MOST_REMEMBERED)
            .build();
    /** Who was let in, and from where. */
    private final Cache<Guest, Boolean> guests = Caffeine.newBuilder()
            .expireAfterWrite(KNOWN)
            .maximumSize(MOST_REMEMBERED)
            .build();

    private final Checks ofGuests = new Checks("fathom-passwords");
    private final Checks ofStrangers = new Checks("fathom-guesses");

    private final SecretKeySpec key;

    Users(FathomConfig config) {
        this.users = config.security().mode().orElse(SecurityMode.NONE) == SecurityMode.BASIC
                ? UsersFile.read(config.security().usersFile())
                : Map.of();
        this.origins = new Origins(config.security().wrongPasswords().ipv6Prefix());
        this.wrong = new WrongPasswords(config.security().wrongPasswords(), System::nanoTime);
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        this.key = new SecretKeySpec(secret, DIGEST);
    }

    private record Guest(String user, String address) {}

    @Override
    public Class<UsernamePasswordAuthenticationRequest> getRequestType() {
        return UsernamePasswordAuthenticationRequest.class;
    }

    /** Called on the thread of the connection, which nothing here holds up. */
    @Override
    public Uni<SecurityIdentity> authenticate(
            UsernamePasswordAuthenticationRequest request, AuthenticationRequestContext context) {
        RoutingContext call = HttpSecurityUtils.getRoutingContextAttribute(request);
        String name = request.getUsername();
        byte[] password = new String(request.getPassword().getPassword()).getBytes(StandardCharsets.UTF_8);
        String from = origins.of(call.request().remoteAddress());
        String digest = digest(name, password);
        Guest guest = new Guest(name, from);
        boolean known = guests.getIfPresent(guest) != null;
        if (right.getIfPresent(digest) != null) {
            return wrong.ofRemembered(name, from, known)
                    .map(wait -> refused(call, name, wait))
                    .orElseGet(() -> Uni.createFrom().item(letIn(guest)));
        }
        Checks checks = known ? ofGuests : ofStrangers;
        String what = digest + "|" + from;
        CompletableFuture<Boolean> verdict = checks.underWay(what);
        if (verdict == null) {
            Answer answer = wrong.ask(users.containsKey(name) ? name : "", from, known);
            if (answer instanceof Wait wait) {
                return refused(call, name, wait);
            }
            Try one = (Try) answer;
            try {
                verdict = checks.begin(guest, what, () -> {
                    boolean fits = judged(one, guest, password, digest);
                    if (!fits) {
                        AuditTrail.refusedLogin(call, name, ProblemType.UNAUTHENTICATED);
                    }
                    return fits;
                });
            } catch (RejectedExecutionException e) {
                one.withdrawn().run();
                return refused(call, name, new Wait(SHORTLY, false));
            }
        }
        return answered(call, guest, verdict);
    }

    private boolean judged(Try one, Guest guest, byte[] password, String digest) {
        boolean fits;
        try {
            fits = isRight(guest.user(), password);
        } catch (RuntimeException e) {
            one.withdrawn().run();
            throw e;
        }
        if (fits) {
            right.put(digest, true);
            one.right().run();
        } else {
            one.wrong().run();
        }
        return fits;
    }

    private boolean isRight(String name, byte[] password) {
        User user = users.get(name);
        // For a user there is none of some other's: it takes as long, and does not count.
        User checked = user == null ? users.values().iterator().next() : user;
        return PasswordHash.fits(password, checked.hash()) && user != null;
    }

    /** Goes on where the request came in, not on the thread that checked it. */
    private Uni<SecurityIdentity> answered(RoutingContext call, Guest guest, CompletableFuture<Boolean> verdict) {
        Context connection = call.vertx().getOrCreateContext();
        return Uni.createFrom()
                .completionStage(verdict)
                .emitOn(task -> connection.runOnContext(any -> task.run()))
                .map(fits -> {
                    if (!fits) {
                        throw new AuthenticationFailedException();
                    }
                    return letIn(guest);
                });
    }

    private SecurityIdentity letIn(Guest guest) {
        guests.put(guest, true);
        return identity(Required.in(users, guest.user()));
    }

    private Uni<SecurityIdentity> refused(RoutingContext call, String name, Wait wait) {
        if (wait.first()) {
            AuditTrail.refusedLogin(call, name, ProblemType.TOO_MANY_TRIES);
        }
        ConfiguredAuthentication.tellToWait(call, wait.left());
        return Uni.createFrom().failure(new AuthenticationFailedException());
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
