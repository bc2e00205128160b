package dev.fathom.config;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;

/** What follows from {@code fathom.log.json} for Quarkus: plain lines for people, JSON where a machine collects them. */
public final class LogDefaults implements ConfigSourceFactory {

    /** Below whatever an operator sets. */
    private static final int ORDINAL = 150;

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        ConfigValue json = context.getValue("fathom.log.json");
        boolean wanted = json != null && Boolean.parseBoolean(json.getValue());
        return List.of(new PropertiesConfigSource(
                Map.of("quarkus.log.console.json.enabled", Boolean.toString(wanted)), "fathom.log.json", ORDINAL));
    }
}
