package dev.fathom.config;

import dev.fathom.config.FathomConfig.SecurityMode;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Refuses to start with settings that are unsafe, by the name of the property. */
@ApplicationScoped
public class StartChecks {

    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private final FathomConfig config;
    private final Config settings;
    private final String host;

    StartChecks(FathomConfig config, Config settings, @ConfigProperty(name = "quarkus.http.host") String host) {
        this.config = config;
        this.settings = settings;
        this.host = host;
    }

    void check(@Observes @Priority(StartOrder.SETTINGS) StartupEvent event) {
        SecurityMode mode = config.security().mode().orElse(null);
        if (mode == null && !isLoopback()) {
            throw new ConfigurationException("The service would listen on " + host
                    + " (quarkus.http.host) and nobody would have to authenticate. Set fathom.security.mode to basic, oidc"
                    + " or mtls; or to none, to allow that; or leave quarkus.http.host at 127.0.0.1.");
        }
        if (mode == SecurityMode.OIDC) {
            need(
                    "oidc",
                    "where tokens come from",
                    "quarkus.oidc.auth-server-url",
                    "quarkus.oidc.public-key",
                    "quarkus.oidc.jwks-path");
        }
        if (mode == SecurityMode.MTLS) {
            need(
                    "mtls",
                    "the service's own certificate, and the authority its callers' come from",
                    "quarkus.tls.key-store.pem.0.cert",
                    "quarkus.tls.key-store.p12.path",
                    "quarkus.tls.key-store.jks.path",
                    "quarkus.http.tls-configuration-name",
                    "quarkus.http.ssl.certificate.key-store-file",
                    "quarkus.http.ssl.certificate.files");
        }
        refuseCredentialsForAnyOrigin();
        refuseTooShort("fathom.lag.sample-interval", config.lag().sampleInterval());
        refuseTooShort("fathom.lag.stall-after", config.lag().stallAfter());
        refuseTooShort("fathom.lag.stop-after", config.lag().stopAfter());
        if (config.lag().history().compareTo(config.lag().sampleInterval()) < 0) {
            throw new ConfigurationException("fathom.lag.history is "
                    + config.lag().history()
                    + ", less than fathom.lag.sample-interval, " + config.lag().sampleInterval()
                    + ": no history would be kept.");
        }
    }

    private static void refuseTooShort(String name, Duration duration) {
        if (duration.compareTo(SHORTEST) < 0) {
            throw new ConfigurationException(name + " is " + duration + "; the least is " + SHORTEST + ".");
        }
    }

    private void need(String mode, String what, String... anyOf) {
        if (Arrays.stream(anyOf)
                .noneMatch(name -> settings.getOptionalValue(name, String.class).isPresent())) {
            throw new ConfigurationException(
                    "fathom.security.mode=" + mode + " needs to know " + what + ": set " + anyOf[0] + " (or one of "
                            + String.join(", ", Arrays.asList(anyOf).subList(1, anyOf.length)) + ").");
        }
    }

    private void refuseCredentialsForAnyOrigin() {
        boolean any = settings.getOptionalValue("quarkus.http.cors.origins", String.class)
                .filter(origins -> Arrays.stream(origins.split(","))
                        .map(String::strip)
                        .anyMatch(origin -> origin.equals("*") || origin.equals("/.*/")))
                .isPresent();
        if (any
                && settings.getOptionalValue("quarkus.http.cors.access-control-allow-credentials", Boolean.class)
                        .orElse(false)) {
            throw new ConfigurationException("quarkus.http.cors.origins=* with"
                    + " quarkus.http.cors.access-control-allow-credentials=true would let any page act as its reader: name"
                    + " the origins.");
        }
    }

    private boolean isLoopback() {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
