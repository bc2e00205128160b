package dev.fathom.config;

import dev.fathom.config.FathomConfig.SecurityMode;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Refuses to start with settings that are unsafe, by the name of the property. */
@ApplicationScoped
public class StartChecks {

    private static final int FIRST = 1;

    private final FathomConfig config;
    private final String host;

    StartChecks(FathomConfig config, @ConfigProperty(name = "quarkus.http.host") String host) {
        this.config = config;
        this.host = host;
    }

    void check(@Observes @Priority(FIRST) StartupEvent event) {
        SecurityMode mode = config.security().mode().orElse(null);
        if (mode == null && !isLoopback()) {
            throw new ConfigurationException("The service would listen on " + host
                    + " (quarkus.http.host) and nobody would have to authenticate. Set fathom.security.mode=none to allow"
                    + " that, or leave quarkus.http.host at 127.0.0.1.");
        }
        if (mode != null && mode != SecurityMode.NONE) {
            // Starting without what was asked for would leave open what the operator believes closed.
            throw new ConfigurationException(
                    "fathom.security.mode=" + mode.name().toLowerCase(Locale.ROOT)
                            + " is not available in this version: put an authenticating proxy in front and set"
                            + " fathom.security.mode=none.");
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
