package dev.fathom.config;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;

/** What follows from {@code fathom.security.mode} for Quarkus, so that the mode is the one thing to set. */
public final class SecurityDefaults implements ConfigSourceFactory {

    /** Below whatever an operator sets. */
    private static final int ORDINAL = 150;

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        ConfigValue mode = context.getValue("fathom.security.mode");
        boolean oidc = mode != null && "oidc".equalsIgnoreCase(mode.getValue());
        return List.of(new PropertiesConfigSource(
                Map.of("quarkus.oidc.tenant-enabled", Boolean.toString(oidc)), "fathom.security.mode", ORDINAL));
    }
}
