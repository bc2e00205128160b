package dev.fathom.config;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every property of the service; {@code docs/configuration.md} is generated from this interface and its Javadoc. A
 * {@code fathom.*} property that is not here stops the start and is named.
 *
 * <p>Properties of parts that are not built yet are accepted and checked for their type, so that a configuration written
 * once stays valid.
 */
@ConfigMapping(prefix = "fathom")
public interface FathomConfig {

    /** The clusters served, by the name operators use in paths. */
    Map<String, ClusterConfig> clusters();

    /** Refuses every change, on every cluster. */
    @WithDefault("false")
    boolean readOnly();

    /** Who may call the service, and what they may do. */
    SecurityConfig security();

    /** How lag is measured and shared. */
    LagConfig lag();

    /** What is told of groups as metrics. */
    MetricsConfig metrics();

    /** Managed consumers. */
    PoolConfig pool();

    /** The journal of changes. */
    JournalConfig journal();

    /** How the service writes its log. */
    LogConfig log();

    /** What agents are served: see [agents](mcp.md). */
    McpConfig mcp();

    /**
     * One block for each cluster; {@code <name>} is what operators write in paths. At least one is needed, except in dev mode.
     */
    interface ClusterConfig {

        /** Where to find the brokers: {@code host:port}, comma separated. */
        String bootstrapServers();

        /**
         * Properties for every Kafka client of this cluster: {@code security.protocol}, {@code sasl.*}, {@code ssl.*}. The value
         * {@code file:PATH} stands for the content of the file, {@code ${NAME}} for that of an environment variable.
         */
        Map<String, String> properties();

        /** Refuses every change on this cluster. */
        @WithDefault("false")
        boolean readOnly();

        /** Demands {@code If-Match} with the {@code ETag} of a dry run on every change. */
        @WithDefault("false")
        boolean requirePlan();

        /** How long one request may take; after that the answer is a 503 or a 504. */
        @WithDefault("5S")
        Duration callTimeout();

        /** How many requests may be in progress at once. */
        @WithDefault("64")
        int maxInFlight();

        /** How many more may wait; any further request is a 429. */
        @WithDefault("256")
        int maxQueued();
    }

    /** Who may call the service, and what they may do: see [security](security.md). */
    interface SecurityConfig {

        /**
         * How callers authenticate: {@code none}, {@code basic}, {@code oidc} or {@code mtls}. Not set: nobody does, and the
         * service listens on loopback only. {@code none}: nobody does, on any address.
         */
        Optional<SecurityMode> mode();

        /** The users of mode {@code basic}: a file with lines {@code user:bcrypt-hash:role,role}. */
        Optional<String> usersFile();

        /** What callers may do; none means the roles {@code viewer}, {@code operator} and {@code admin}. */
        List<PermissionConfig> permissions();

        /** How guessing passwords is slowed down. */
        WrongPasswordsConfig wrongPasswords();
    }

    /** How guessing passwords is slowed down in mode {@code basic}. */
    interface WrongPasswordsConfig {

        /**
         * How many wrong passwords in a row for one user may come from one address. After each further one that user waits at
         * that address, twice as long as before; nobody else waits, nor the user elsewhere.
         */
        @WithDefault("5")
        int perUser();

        /** The same for all users together. It delays nobody who logged in from the address a short while ago. */
        @WithDefault("50")
        int perAddress();

        /** The longest wait. */
        @WithDefault("1M")
        Duration longestWait();

        /** How many leading bits of an IPv6 address count as one address. */
        @WithDefault("64")
        int ipv6Prefix();
    }

    enum SecurityMode {
        NONE,
        BASIC,
        OIDC,
        MTLS
    }

    /** One permission, numbered from 0. Permissions replace the built-in roles. */
    interface PermissionConfig {

        /** Who: {@code role:NAME} or {@code user:NAME}. */
        String subject();

        /** What: {@code viewer}, {@code operator} or {@code admin}; each includes those before it. */
        Level level();

        /** On which clusters: names, or prefixes that end in {@code *}, comma separated; none means all. */
        Optional<List<String>> clusters();

        /** On which groups, written the same way. */
        Optional<List<String>> groups();

        /** On which topics, written the same way. */
        Optional<List<String>> topics();

        /** Whether records may be read. */
        @WithDefault("false")
        boolean records();
    }

    /** How lag is measured and shared. */
    interface LagConfig {

        /** Whether every group is looked at again and again in the background; without it nothing is known of time. */
        @WithDefault("on")
        SamplingMode sampling();

        /** How often. Also how exactly a time lag is known. At least 1 second. */
        @WithDefault("10S")
        Duration sampleInterval();

        /** How far back a group's history goes: 60 points of it are kept. */
        @WithDefault("1H")
        Duration history();

        /**
         * How much memory what was seen of one cluster may take. Where it is not enough, less is remembered of each group, and
         * beyond that the groups go that nobody asked about.
         */
        @WithDefault("64M")
        MemorySize memory();

        /** A member that does not commit for so long while it has something to read has stalled, unless it is slow as a rule. */
        @WithDefault("60S")
        Duration stallAfter();

        /** A group with something to read that has no members for so long, and does not commit, has stopped. */
        @WithDefault("45S")
        Duration stopAfter();

        /** How long an answer is shared between callers; {@code fresh=true} bypasses it. */
        @WithDefault("1S")
        Duration snapshotTtl();
    }

    /** Whether groups are looked at in the background. */
    enum SamplingMode {
        ON,
        OFF
    }

    /** What of groups is told as metrics. */
    interface MetricsConfig {

        /** Groups told of, literal or a prefix ending in {@code *}; none means all. */
        Optional<List<String>> groups();

        /** Groups not told of, though they are among those. */
        Optional<List<String>> withoutGroups();

        /** Topics told of, literal or a prefix ending in {@code *}; none means all. */
        Optional<List<String>> topics();

        /** Topics not told of, though they are among those. */
        Optional<List<String>> withoutTopics();

        /** Whether each partition has series of its own; without it sums by topic remain. */
        @WithDefault("true")
        boolean partitions();

        /** The most series told of one cluster; {@code fathom_metrics_series_cut} says how many were left out. */
        @WithDefault("100000")
        int maxSeries();

        /** Whether the series are told under the names of kafka-lag-exporter, too. */
        @WithDefault("false")
        boolean kafkaLagExporter();
    }

    /** Managed consumers: see [managed consumers](pool.md). */
    interface PoolConfig {

        /** Runs managed consumers. */
        @WithDefault("true")
        boolean enabled();

        /** How the names of the topics for managed consumers begin; must itself begin with {@code __fathom_}. */
        @WithDefault("__fathom_")
        String topicPrefix();

        /** Replication factor of these topics, used when they are created; -1 takes the brokers' default. */
        @WithDefault("-1")
        short replicationFactor();

        /** Where webhooks may go. */
        WebhookConfig webhook();

        /** How many consumers may be defined on one cluster. */
        @WithDefault("1000")
        int maxConsumers();

        /** How many members one consumer may have. */
        @WithDefault("32")
        int maxMembers();

        /**
         * The largest record that managed consumers write to a topic, in bytes, at least 1 MiB; below it the topic's own limit
         * applies. A larger record is not lost: its partition waits. A producer may need memory for two such records.
         */
        @WithDefault("16777216")
        int maxRecordBytes();
    }

    /** Which hosts webhooks may call, and how calls are signed. */
    interface WebhookConfig {

        /** Hosts webhooks may call: {@code host} or {@code host:port}, comma separated. Webhooks are off until one is named. */
        Optional<List<String>> allowedHosts();

        /** Private networks webhooks may reach, as CIDRs, comma separated. The address that is checked is the one connected to. */
        Optional<List<String>> allowedCidrs();

        /**
         * Secrets that calls are signed with (Standard Webhooks), by the name that definitions use: a value or
         * {@code file:PATH}. After {@code whsec_} the rest must be base64.
         */
        Map<String, String> secrets();
    }

    /** What agents are served: see [agents](mcp.md). */
    interface McpConfig {

        /** Serves the Model Context Protocol at {@code /mcp}, to the same callers and with the same permissions as the API. */
        @WithDefault("true")
        boolean enabled();
    }

    /** How the service writes its log. */
    interface LogConfig {

        /** Writes the log as JSON lines, for log collectors, in place of plain lines. The container images set it. */
        @WithDefault("false")
        boolean json();
    }

    /** The journal of changes, a topic {@code __fathom_operations} on each cluster. */
    interface JournalConfig {

        /** Keeps a journal. Without it there is no undo, no history and nothing that waits for a group to be empty. */
        @WithDefault("true")
        boolean enabled();

        /** Refuses changes while the journal cannot be written. */
        @WithDefault("true")
        boolean required();

        /** How long entries are kept; used when the topic is created. */
        @WithDefault("365D")
        Duration retention();

        /** Replication factor of the topic, used when it is created; -1 takes the brokers' default. */
        @WithName("replication-factor")
        @WithDefault("-1")
        short replicationFactor();
    }
}
