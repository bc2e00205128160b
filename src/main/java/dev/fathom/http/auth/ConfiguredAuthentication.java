package dev.fathom.http.auth;

import dev.fathom.config.FathomConfig;
import dev.fathom.config.FathomConfig.SecurityMode;
import dev.fathom.http.problem.ProblemType;
import dev.fathom.http.problem.Refusals;
import io.quarkus.oidc.runtime.OidcAuthenticationMechanism;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.BasicAuthenticationMechanism;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.quarkus.vertx.http.runtime.security.HttpCredentialTransport;
import io.quarkus.vertx.http.runtime.security.MtlsAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Instance;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Finds out who calls, by the one mechanism of {@code fathom.security.mode}: no other credential counts. */
@Alternative
@Priority(1)
@ApplicationScoped
public class ConfiguredAuthentication implements HttpAuthenticationMechanism {

    private static final String WAIT = "fathom.wait";

    private final Optional<HttpAuthenticationMechanism> mechanism;
    private final Optional<String> challenge;
    private final Refusals refusals;

    ConfiguredAuthentication(
            FathomConfig config,
            Instance<BasicAuthenticationMechanism> basic,
            Instance<OidcAuthenticationMechanism> oidc,
            Instance<MtlsAuthenticationMechanism> mtls,
            Refusals refusals) {
        this.refusals = refusals;
        SecurityMode mode = config.security().mode().orElse(SecurityMode.NONE);
        this.mechanism = switch (mode) {
            case NONE -> Optional.empty();
            case BASIC -> Optional.of(basic.get());
            case OIDC -> Optional.of(oidc.get());
            case MTLS -> Optional.of(mtls.get());
        };
        this.challenge = switch (mode) {
            case BASIC -> Optional.of("Basic realm=\"fathom\", charset=\"UTF-8\"");
            case OIDC -> Optional.of("Bearer");
            case NONE, MTLS -> Optional.empty();
        };
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext request, IdentityProviderManager identities) {
        return mechanism
                .map(by -> by.authenticate(request, identities)
                        // It has noted that whoever is refused is its to answer: that is done here.
                        .onItemOrFailure()
                        .invoke((identity, refused) -> request.put(HttpAuthenticationMechanism.class.getName(), this)))
                .orElseGet(() -> Uni.createFrom().nullItem());
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext request) {
        return Uni.createFrom()
                .item(new ChallengeData(
                        401, challenge.map(any -> "WWW-Authenticate").orElse(null), challenge.orElse(null)));
    }

    @Override
    public Uni<Boolean> sendChallenge(RoutingContext request) {
        demand(request);
        return Uni.createFrom().item(true);
    }

    /** Notes that a caller is not to be asked for credentials but told to wait. */
    static void tellToWait(RoutingContext request, Duration left) {
        // A part of a second counts as one: whoever comes back then is not too early.
        request.put(WAIT, left.plusMillis(999).toSeconds());
    }

    /** Answers that credentials are missing or wrong, or that there were too many wrong ones. */
    void demand(RoutingContext request) {
        Long seconds = request.get(WAIT);
        if (seconds != null) {
            request.response().putHeader("Retry-After", seconds.toString());
            refusals.refuse(
                    request,
                    ProblemType.TOO_MANY_TRIES,
                    "Too many wrong passwords came from this address; nothing was checked. Try again in " + seconds
                            + (seconds == 1 ? " second." : " seconds."));
            return;
        }
        challenge.ifPresent(words -> request.response().putHeader("WWW-Authenticate", words));
        refusals.refuse(request, ProblemType.UNAUTHENTICATED, ProblemType.UNAUTHENTICATED.description());
    }

    @Override
    public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
        return mechanism.map(HttpAuthenticationMechanism::getCredentialTypes).orElse(Set.of());
    }

    @Override
    public Uni<HttpCredentialTransport> getCredentialTransport(RoutingContext request) {
        return mechanism.map(by -> by.getCredentialTransport(request)).orElseGet(() -> Uni.createFrom()
                .nullItem());
    }
}
