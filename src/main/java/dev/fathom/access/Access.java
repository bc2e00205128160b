package dev.fathom.access;

import dev.fathom.config.Level;
import java.util.List;
import java.util.function.Predicate;

/**
 * What one caller may do. A group and a topic of it have to be covered by the same grant: two grants do not add up to a third.
 * The methods whose names begin with {@code need} throw a {@link ForbiddenException} where a grant is missing.
 *
 * @param grants none means nothing
 */
public record Access(List<Grant> grants) {

    /** For the service itself, and for every caller where nobody authenticates. */
    public static final Access EVERYTHING =
            new Access(List.of(new Grant(Level.ADMIN, NamePatterns.ALL, NamePatterns.ALL, NamePatterns.ALL, true)));

    public static final Access NOTHING = new Access(List.of());

    public Access {
        grants = List.copyOf(grants);
    }

    private boolean any(Level level, String cluster, Predicate<Grant> fits) {
        return grants.stream().anyMatch(grant -> grant.covers(level, cluster) && fits.test(grant));
    }

    /** On anything of a cluster. */
    public boolean onCluster(Level level, String cluster) {
        return any(level, cluster, grant -> true);
    }

    public boolean onGroup(Level level, String cluster, String group) {
        return any(level, cluster, grant -> grant.groups().allow(group));
    }

    public boolean onTopic(Level level, String cluster, String topic) {
        return any(level, cluster, grant -> grant.topics().allow(topic));
    }

    public boolean onGroupsTopic(Level level, String cluster, String group, String topic) {
        return any(
                level,
                cluster,
                grant -> grant.groups().allow(group) && grant.topics().allow(topic));
    }

    /** On a group, whatever topics it reads. */
    public boolean onWholeGroup(Level level, String cluster, String group) {
        return any(
                level,
                cluster,
                grant -> grant.groups().allow(group) && grant.topics().allowAll());
    }

    /** On all groups and topics of a cluster. */
    public boolean onWholeCluster(Level level, String cluster) {
        return any(
                level,
                cluster,
                grant -> grant.groups().allowAll() && grant.topics().allowAll());
    }

    /** On everything of every cluster: for what the service says about itself. */
    public boolean onEverything(Level level) {
        return grants.stream()
                .anyMatch(grant -> grant.level().includes(level)
                        && grant.clusters().allowAll()
                        && grant.groups().allowAll()
                        && grant.topics().allowAll());
    }

    public boolean toRecords(String cluster, String topic) {
        return any(
                Level.VIEWER,
                cluster,
                grant -> grant.records() && grant.topics().allow(topic));
    }

    public boolean toAllRecords(String cluster) {
        return any(
                Level.VIEWER,
                cluster,
                grant -> grant.records() && grant.topics().allowAll());
    }

    public void needAnywhere(Level level) {
        if (grants.stream().noneMatch(grant -> grant.level().includes(level))) {
            throw ForbiddenException.of(level, "what it is about");
        }
    }

    private static void need(boolean granted, Level level, String what) {
        if (!granted) {
            throw ForbiddenException.of(level, what);
        }
    }

    public void needCluster(Level level, String cluster) {
        need(onCluster(level, cluster), level, "cluster \"" + cluster + "\"");
    }

    public void needWholeCluster(Level level, String cluster) {
        need(onWholeCluster(level, cluster), level, "all groups and topics of cluster \"" + cluster + "\"");
    }

    public void needGroup(Level level, String cluster, String group) {
        need(onGroup(level, cluster, group), level, "group \"" + group + "\" of cluster \"" + cluster + "\"");
    }

    public void needTopic(Level level, String cluster, String topic) {
        need(onTopic(level, cluster, topic), level, "topic \"" + topic + "\" of cluster \"" + cluster + "\"");
    }

    public void needGroupsTopic(Level level, String cluster, String group, String topic) {
        need(
                onGroupsTopic(level, cluster, group, topic),
                level,
                "topic \"" + topic + "\" for group \"" + group + "\" of cluster \"" + cluster + "\"");
    }

    public void needWholeGroup(Level level, String cluster, String group) {
        need(
                onWholeGroup(level, cluster, group),
                level,
                "group \"" + group + "\" of cluster \"" + cluster + "\" with all its topics");
    }

    public void needRecords(String cluster, String topic) {
        if (!toRecords(cluster, topic)) {
            throw new ForbiddenException(
                    "Reading records of topic \"" + topic + "\" of cluster \"" + cluster + "\" needs records=true.");
        }
    }
}
