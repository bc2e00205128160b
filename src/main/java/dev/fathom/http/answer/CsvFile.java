package dev.fathom.http.answer;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.Commits;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.group.GroupList;
import dev.fathom.group.Groups;
import dev.fathom.http.answer.Csv.KafkaGroupOffset;
import dev.fathom.http.problem.ItemProblem;
import dev.fathom.http.problem.Problem.FieldError;
import dev.fathom.http.problem.ProblemException;
import dev.fathom.http.problem.ProblemType;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * CSV as callers keep it, often as a backup: nobody who reads such a file later can tell what it lacks. So one that would
 * lack something is refused, unless {@code partial=true} asks for it all the same. Then the answer says so in a header and in
 * the file's name, and a file with a header line in a column more; Kafka's own plan file has no place for a word, since its
 * tool refuses any line that is no offset.
 */
public final class CsvFile {

    public static final String PARTIAL = "partial";

    /** On every file: whether it has everything. */
    public static final String COMPLETE_HEADER = "X-Complete";

    private static final int MOST_NAMED = 5;

    private CsvFile() {}

    /** What a group's file lacks where topics are hidden from the service. */
    public static ItemProblem hiddenTopics(@Nullable String group) {
        return lacking(
                group,
                "The cluster's ACLs may hide topics from the service (it needs Describe on all topics): commits on those are"
                        + " missing.");
    }

    /** A commit that is to be deleted, in a plan file. */
    public static ItemProblem unsayable(TopicPartition partition) {
        ProblemType type = ProblemType.INCOMPLETE;
        return new ItemProblem(
                partition.toString(),
                type.link(),
                type.title(),
                type.status(),
                "its commit is to be deleted, and a plan file has only offsets.");
    }

    private static ItemProblem lacking(@Nullable String id, String detail) {
        ProblemType type = ProblemType.KAFKA_NOT_AUTHORIZED;
        return new ItemProblem(id, type.link(), type.title(), type.status(), detail);
    }

    /** @throws ProblemException where something is missing and that was not asked for */
    public static void refuse(List<ItemProblem> missing, boolean partial) {
        if (missing.isEmpty() || partial) {
            return;
        }
        boolean outage = missing.stream()
                .allMatch(problem -> problem.status() == ProblemType.CLUSTER_UNAVAILABLE.status()
                        || problem.status() == ProblemType.TIMEOUT.status());
        String named = missing.stream()
                .limit(MOST_NAMED)
                .map(problem ->
                        problem.id() == null ? problem.detail() : "\"" + problem.id() + "\": " + problem.detail())
                .collect(Collectors.joining(" "));
        String more = missing.size() > MOST_NAMED ? " And " + (missing.size() - MOST_NAMED) + " more." : "";
        throw new ProblemException(
                outage ? ProblemType.CLUSTER_UNAVAILABLE : ProblemType.INCOMPLETE,
                "The file would not be whole. " + named + more + " Send partial=true to have the rest of it.",
                missing.stream()
                        .map(problem -> FieldError.parameter(
                                PARTIAL,
                                problem.id() == null ? problem.detail() : problem.id() + ": " + problem.detail()))
                        .toList());
    }

    /** @param missing what the file lacks, as was asked for */
    public static Response answer(StreamingOutput body, List<ItemProblem> missing) {
        Response.ResponseBuilder answer =
                Response.ok(body, Csv.TEXT_CSV + ";charset=UTF-8").header(COMPLETE_HEADER, missing.isEmpty());
        return missing.isEmpty()
                ? answer.build()
                : answer.header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"partial.csv\"")
                        .build();
    }

    /** The commits of the groups of a list, as Kafka's own plan file. */
    public static Response planOf(Cluster cluster, Groups groups, GroupList list, boolean partial) {
        Map<String, Outcome<Commits>> commits = groups.commitsOf(cluster, list);
        List<ItemProblem> missing = new ArrayList<>(ItemProblem.of(list.problems(), list.missing()));
        commits.forEach(
                (id, outcome) -> outcome.problem().ifPresent(problem -> missing.add(ItemProblem.of(id, problem))));
        if (!cluster.canDescribeAllGroups()) {
            missing.add(lacking(
                    null,
                    "The cluster's ACLs may hide groups from the service (it needs Describe on the cluster or on all"
                            + " groups)."));
        }
        if (!cluster.canDescribeAllTopics()) {
            missing.add(hiddenTopics(null));
        }
        refuse(missing, partial);
        return answer(
                Csv.planOfGroups(() -> commits.entrySet().stream()
                        .flatMap(each ->
                                each.getValue().value().stream().flatMap(known -> rows(each.getKey(), known).stream()))
                        .iterator()),
                missing);
    }

    private static List<KafkaGroupOffset> rows(String group, Commits commits) {
        List<KafkaGroupOffset> rows = new ArrayList<>();
        commits.forEach((topic, partition, offset) -> rows.add(new KafkaGroupOffset(group, topic, partition, offset)));
        return rows;
    }
}
