package dev.fathom.lag;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Commits;
import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.GroupListing;
import dev.fathom.cluster.Isolation;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Pending;
import dev.fathom.cluster.Required;
import dev.fathom.cluster.Topic;
import dev.fathom.cluster.TopicPartition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What a list says of groups, made chunk by chunk: of a chunk that was added only the sums are kept. */
final class Summaries {

    private final Cluster cluster;
    private final Optional<Topic> onlyTopic;
    private final boolean withLag;
    private final boolean allTopicsVisible;
    private final LogEnds ends;
    private final Map<String, Outcome<GroupSummary>> summaries = new LinkedHashMap<>();
    private final Map<String, Outcome<Topic>> topics = new LinkedHashMap<>();

    /** @param onlyTopic the only one whose commits are wanted; empty for all */
    Summaries(Cluster cluster, Optional<Topic> onlyTopic, boolean withLag, boolean allTopicsVisible, LogEnds ends) {
        this.cluster = cluster;
        this.onlyTopic = onlyTopic;
        this.withLag = withLag;
        this.allTopicsVisible = allTopicsVisible;
        this.ends = ends;
    }

    /** A chunk whose groups are on the way. */
    record Asked(
            List<GroupListing> groups,
            Pending<Map<String, Outcome<GroupDescription>>> descriptions,
            Pending<Map<String, Outcome<Commits>>> commits) {}

    /** One group that was read. */
    private record Group(GroupListing listing, GroupDescription description, Commits commits, Set<String> topics) {}

    /** A group, and the partitions it is to be measured on. */
    private record Measured(Group group, Measurement measurement, List<TopicPartition> partitions) {}

    Asked ask(List<GroupListing> groups) {
        return new Asked(
                groups,
                cluster.describeGroups(groups),
                onlyTopic
                        .map(topic -> cluster.commitsOn(groups, new TreeSet<>(topic.logs())))
                        .orElseGet(() -> cluster.commits(groups, false)));
    }

    /** @return how many offsets its groups have */
    long add(Asked chunk) {
        Map<String, Outcome<GroupDescription>> descriptions =
                chunk.descriptions().await();
        Map<String, Outcome<Commits>> commits = chunk.commits().await();
        List<Group> groups = new ArrayList<>();
        long offsets = 0;
        for (GroupListing listing : chunk.groups()) {
            Outcome<GroupDescription> told = Required.in(descriptions, listing.id());
            Outcome<Commits> read = Required.in(commits, listing.id());
            Optional<ClusterException> problem = told.problem().or(read::problem);
            if (problem.isPresent()) {
                summaries.put(listing.id(), Outcome.failed(problem.get()));
            } else {
                GroupDescription description = told.orThrow();
                Commits committed = read.orThrow();
                Set<String> names = Measurement.topicsOf(description, committed);
                onlyTopic.ifPresent(only -> names.retainAll(Set.of(only.name())));
                groups.add(new Group(listing, description, committed, names));
                offsets += committed.count();
            }
        }
        if (withLag) {
            addWithLag(groups);
        } else {
            groups.forEach(group -> add(group, Optional.empty()));
        }
        return offsets;
    }

    private void add(Group group, Optional<LagTotals> lag) {
        summaries.put(
                group.listing().id(),
                Outcome.known(new GroupSummary(group.listing(), group.description(), group.topics(), lag)));
    }

    private void addWithLag(List<Group> groups) {
        Set<String> names = new HashSet<>();
        groups.forEach(group -> names.addAll(group.topics()));
        names.removeAll(topics.keySet());
        topics.putAll(cluster.topics(names));
        WantedEnds wanted = new WantedEnds(false, false);
        List<Measured> measured = new ArrayList<>();
        for (Group group : groups) {
            Measurement measurement = new Measurement(group.description(), group.commits(), Set.of(), topics);
            List<TopicPartition> partitions = measurement.partitionsOf(group.topics());
            measured.add(new Measured(group, measurement, partitions));
            wanted.add(
                    measurement.readable(partitions),
                    partition -> group.commits().offsetOf(partition).orElse(-1));
        }
        KnownEnds known = ends.of(cluster, wanted);
        measured.forEach(each -> add(
                each.group(),
                Optional.of(each.measurement()
                        .totals(each.partitions(), known, Isolation.READ_UNCOMMITTED, allTopicsVisible))));
    }

    /** Every topic that was looked for. */
    Map<String, Outcome<Topic>> topics() {
        return topics;
    }

    /** By id, in the order of the groups but for those that failed. */
    Map<String, Outcome<GroupSummary>> all() {
        return summaries;
    }
}
