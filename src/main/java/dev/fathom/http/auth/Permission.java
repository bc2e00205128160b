package dev.fathom.http.auth;

import static dev.fathom.config.Level.ADMIN;
import static dev.fathom.config.Level.OPERATOR;
import static dev.fathom.config.Level.VIEWER;
import static java.util.Map.entry;

import dev.fathom.config.Level;
import java.util.Map;
import java.util.Optional;

/**
 * What an operation needs. An operation that is not here is nobody's.
 *
 * @param level on what the operation names: the cluster, and the group or topic in its path
 * @param kind whether it changes anything, and how a dry run is told apart
 */
public record Permission(Level level, Kind kind) {

    enum Kind {
        READ,
        CHANGE,
        /** A change unless {@code dryRun=true} in the query. */
        DRY_RUN_IN_QUERY,
        /** A change unless {@code dryRun} is true in the body, which its resource looks at. */
        DRY_RUN_IN_BODY
    }

    private static final Permission READS = new Permission(VIEWER, Kind.READ);

    private static final Map<String, Permission> BY_OPERATION = Map.ofEntries(
            entry("listClusters", READS),
            entry("describeCluster", READS),
            entry("listTopics", READS),
            entry("describeTopic", READS),
            entry("listTopicOffsets", READS),
            entry("seekPosition", READS),
            entry("readRecords", READS),
            entry("listTopicGroups", READS),
            entry("listGroups", READS),
            entry("describeGroup", READS),
            entry("listMembers", READS),
            entry("listGroupOffsets", READS),
            entry("describeGroupLag", READS),
            entry("compareGroups", READS),
            entry("listWorstGroups", READS),
            entry("queryLag", READS),
            entry("resetGroup", new Permission(OPERATOR, Kind.DRY_RUN_IN_BODY)),
            entry("deleteGroupOffsets", new Permission(ADMIN, Kind.DRY_RUN_IN_QUERY)),
            entry("deleteGroup", new Permission(ADMIN, Kind.DRY_RUN_IN_QUERY)),
            entry("removeMember", new Permission(OPERATOR, Kind.DRY_RUN_IN_QUERY)),
            entry("removeMembers", new Permission(OPERATOR, Kind.DRY_RUN_IN_QUERY)),
            entry("cleanUpGroups", new Permission(ADMIN, Kind.DRY_RUN_IN_BODY)),
            entry("listOperations", READS),
            entry("describeOperation", READS),
            entry("cancelOperation", new Permission(OPERATOR, Kind.CHANGE)),
            entry("undoOperation", new Permission(OPERATOR, Kind.DRY_RUN_IN_BODY)),
            entry("listConsumers", READS),
            entry("createConsumer", new Permission(ADMIN, Kind.CHANGE)),
            entry("validateConsumer", READS),
            entry("restoreConsumers", new Permission(ADMIN, Kind.CHANGE)),
            entry("describeConsumer", READS),
            entry("replaceConsumer", new Permission(ADMIN, Kind.CHANGE)),
            entry("deleteConsumer", new Permission(ADMIN, Kind.CHANGE)),
            entry("listConsumerMembers", READS),
            entry("describeConsumerStats", READS),
            entry("listConsumerEvents", READS),
            entry("pauseConsumer", new Permission(OPERATOR, Kind.CHANGE)),
            entry("resumeConsumer", new Permission(OPERATOR, Kind.CHANGE)),
            entry("stopConsumer", new Permission(OPERATOR, Kind.CHANGE)),
            entry("startConsumer", new Permission(OPERATOR, Kind.CHANGE)),
            entry("restartConsumer", new Permission(OPERATOR, Kind.CHANGE)),
            entry("scaleConsumer", new Permission(OPERATOR, Kind.CHANGE)),
            entry("resetConsumer", new Permission(OPERATOR, Kind.DRY_RUN_IN_BODY)),
            entry("listConsumerOffsets", READS),
            entry("listProblems", READS),
            entry("describeProblem", READS),
            entry("whoAmI", READS));

    /** By the {@code operationId} of the contract. */
    public static Optional<Permission> of(String operationId) {
        return Optional.ofNullable(BY_OPERATION.get(operationId));
    }

    /** Whether it changes anything, unless it is a dry run. */
    public boolean changes() {
        return kind != Kind.READ;
    }

    /** Whether it can be asked what it would do, which any viewer may. */
    public boolean dryRuns() {
        return kind == Kind.DRY_RUN_IN_QUERY || kind == Kind.DRY_RUN_IN_BODY;
    }

    /** What can be decided before the body is looked at. */
    Level atLeast(boolean dryRunInQuery) {
        return switch (kind) {
            case READ, CHANGE -> level;
            case DRY_RUN_IN_QUERY -> dryRunInQuery ? VIEWER : level;
            case DRY_RUN_IN_BODY -> VIEWER;
        };
    }
}
