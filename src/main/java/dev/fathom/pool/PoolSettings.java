package dev.fathom.pool;

import dev.fathom.config.ConfigurationException;
import dev.fathom.config.FathomConfig.PoolConfig;
import dev.fathom.operation.Blocker;
import dev.fathom.pool.sink.Sinks;
import dev.fathom.pool.sink.WebhookRules;
import dev.fathom.pool.store.PoolTopics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What is configured for managed consumers, checked. */
record PoolSettings(
        boolean enabled,
        PoolTopics topics,
        WebhookRules webhooks,
        Map<String, String> secrets,
        int maxConsumers,
        int maxMembers,
        int maxRecordBytes) {

    private static final String FILE = "file:";
    private static final int LEAST_RECORD_BYTES = 1 << 20;

    static PoolSettings of(PoolConfig config) {
        if (!Blocker.isOwn(config.topicPrefix()) || !config.topicPrefix().matches("[A-Za-z0-9._-]{1,200}")) {
            throw new ConfigurationException("fathom.pool.topic-prefix=" + config.topicPrefix() + " must begin with "
                    + Blocker.OWN_PREFIX + ", by which the service knows its own topics.");
        }
        if (config.maxRecordBytes() < LEAST_RECORD_BYTES) {
            throw new ConfigurationException("fathom.pool.max-record-bytes=" + config.maxRecordBytes()
                    + " must be at least " + LEAST_RECORD_BYTES + ", what every topic takes by default.");
        }
        WebhookRules rules;
        try {
            rules = new WebhookRules(
                    config.webhook().allowedHosts().orElse(List.of()),
                    config.webhook().allowedCidrs().orElse(List.of()));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("fathom.pool.webhook.allowed-cidrs: " + e.getMessage());
        }
        Map<String, String> secrets = new TreeMap<>();
        config.webhook().secrets().forEach((ref, secret) -> secrets.put(ref, key(ref, resolved(ref, secret))));
        return new PoolSettings(
                config.enabled(),
                PoolTopics.of(config.topicPrefix(), config.replicationFactor()),
                rules,
                secrets,
                config.maxConsumers(),
                config.maxMembers(),
                config.maxRecordBytes());
    }

    /** Checked at start, not when the first record is signed. */
    private static String key(String ref, String secret) {
        Sinks.refusalOfSecret(secret).ifPresent(why -> {
            throw new ConfigurationException("fathom.pool.webhook.secrets." + ref + " " + why);
        });
        return secret;
    }

    private static String resolved(String ref, String secret) {
        if (!secret.startsWith(FILE)) {
            return secret;
        }
        try {
            return Files.readString(Path.of(secret.substring(FILE.length()))).strip();
        } catch (IOException | InvalidPathException e) {
            throw new ConfigurationException(
                    "fathom.pool.webhook.secrets." + ref + " names a file that cannot be read.");
        }
    }

    /** Names nothing: it holds secrets. */
    @Override
    public String toString() {
        return "PoolSettings";
    }
}
