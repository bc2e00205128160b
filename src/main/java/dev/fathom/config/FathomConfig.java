package dev.fathom.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every property of the service. A {@code fathom.*} property that is not here stops the start and is named.
 *
 * <p>Properties of parts that are not built yet are accepted and checked for their type, so that a configuration written
 * once stays valid.
 */
@ConfigMapping(prefix = "fathom")
public interface FathomConfig {

    /** The clusters served, by the name operators use in paths. At least one, except in dev mode. */
    Map<String, ClusterConfig> clusters();

    /** Refuses every change, on every cluster. */
    @WithDefault("false")
    boolean readOnly();

    SecurityConfig security();

    LagConfig lag();

    PoolConfig pool();

    JournalConfig journal();

    interface ClusterConfig {

        /** Where to find the cluster's brokers: {@code host:port}, comma separated. */
        String bootstrapServers();

        /**
         * Properties for every Kafka client of this cluster: {@code security.protocol}, {@code sasl.*}, {@code ssl.*}. A
         * value {@code file:PATH} is replaced by the content of the file.
         */
        Map<String, String> properties();

        /** Refuses every change on this cluster. */
        @WithDefault("false")
        boolean readOnly();

        /** Demands {@code If-Match} on every change of this cluster. */
        @WithDefault("false")
        boolean requirePlan();

        /** How long one request may take on this cluster; then it is a 503 or 504. */
        @WithDefault("5S")
        Duration callTimeout();

        /** How many requests may work on this cluster at once. */
        @WithDefault("64")
        int maxInFlight();

        /** How many more may wait; beyond it requests are 429. */
        @WithDefault("256")
        int maxQueued();
    }

    interface SecurityConfig {

        /**
         * How callers authenticate. Not set: nobody does, and the service listens on loopback only. {@code none}: nobody
         * does, on any address.
         */
        Optional<SecurityMode> mode();

        /** Lines {@code user:bcrypt-hash:role,role} for mode {@code basic}. */
        Optional<String> usersFile();

        List<PermissionConfig> permissions();

        WrongPasswordsConfig wrongPasswords();
    }

    /** How guessing passwords is slowed, in mode {@code basic}. */
    interface WrongPasswordsConfig {

        /**
         * How many wrong passwords in a row for one user may come from one address. Each one more makes that user wait at that
         * address, twice as long as the one before; nobody else, and the user nowhere else.
         */
        @WithDefault("5")
        int perUser();

        /** The same for all users together; it holds up nobody whose password was right a short while ago. */
        @WithDefault("50")
        int perAddress();

        /** The longest that one has to wait. */
        @WithDefault("1M")
        Duration longestWait();

        /** How many leading bits of an IPv6 address are one caller's: a network gives each of its hosts very many. */
        @WithDefault("64")
        int ipv6Prefix();
    }

    enum SecurityMode {
        NONE,
        BASIC,
        OIDC,
        MTLS
    }

    interface PermissionConfig {

        /** {@code role:NAME} or {@code user:NAME}. */
        String subject();

        Level level();

        /** Cluster names, literal or a prefix ending in {@code *}; none means all. */
        Optional<List<String>> clusters();

        Optional<List<String>> groups();

        Optional<List<String>> topics();

        /** Whether records may be read. */
        @WithDefault("false")
        boolean records();
    }

    interface LagConfig {

        /** How often the background sampler measures every group. */
        @WithDefault("10S")
        Duration sampleInterval();

        /** How long samples are kept. */
        @WithDefault("1H")
        Duration history();

        /** How long an answer is shared between callers; {@code fresh=true} bypasses it. */
        @WithDefault("1S")
        Duration snapshotTtl();
    }

    interface PoolConfig {

        @WithDefault("true")
        boolean enabled();

        /** The start of the names of the service's own topics. */
        @WithDefault("__fathom_")
        String topicPrefix();

        /** Of the service's own topics; -1 takes the brokers' default. */
        @WithDefault("-1")
        short replicationFactor();

        WebhookConfig webhook();

        @WithDefault("1000")
        int maxConsumers();

        @WithDefault("32")
        int maxMembers();

        /**
         * The largest record managed consumers write to a topic, in bytes, at least 1 MiB. Within it the limit is the topic's
         * own; a record beyond it is not lost, its partition waits. A producer may take memory for two such records where the
         * topic takes them.
         */
        @WithDefault("16777216")
        int maxRecordBytes();
    }

    interface WebhookConfig {

        /** {@code host} or {@code host:port}; webhooks are off until one is named. */
        Optional<List<String>> allowedHosts();

        /** Private networks a webhook may reach, as CIDRs. */
        Optional<List<String>> allowedCidrs();

        /**
         * Signing secrets by reference: a value or {@code file:PATH}; what begins with {@code whsec_} is base64 after it, or
         * the service does not start.
         */
        Map<String, String> secrets();
    }

    interface JournalConfig {

        @WithDefault("true")
        boolean enabled();

        /** Refuses changes while the journal cannot be written. */
        @WithDefault("true")
        boolean required();

        /** How long entries are kept. */
        @WithDefault("365D")
        Duration retention();

        /** Of the journal's topic; -1 takes the brokers' default. */
        @WithName("replication-factor")
        @WithDefault("-1")
        short replicationFactor();
    }
}
