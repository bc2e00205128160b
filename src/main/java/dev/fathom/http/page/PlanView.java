package dev.fathom.http.page;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A plan to read before it is carried out.
 *
 * @param rows what it does to each commit
 * @param totals what it comes to, in a sentence
 * @param cli the same with Kafka's own tool
 * @param curl the same with the API
 * @param call method and path that carry it out
 * @param body for that
 * @param etag that guards it
 * @param permit whether the caller may, and the plan can be carried out
 */
record PlanView(
        List<Row> rows,
        String totals,
        List<Obstacle> blockers,
        List<String> warnings,
        String cli,
        String curl,
        String call,
        String body,
        String etag,
        Permit permit) {

    /**
     * One commit, before and after.
     *
     * @param tone {@code back} for what is read again, {@code on} for what is skipped
     */
    record Row(
            String partition,
            String from,
            @Nullable String fromMore,
            String to,
            @Nullable String toMore,
            String delta,
            String replayed,
            String skipped,
            @Nullable String note,
            String tone) {

        static Row of(JsonNode row) {
            long delta = row.path("delta").asLong(0);
            JsonNode problem = row.path("problem").path("detail");
            String note = problem.isTextual() ? problem.asText() : Shown.text(row.path("note"));
            return new Row(
                    row.path("topic").asText() + "-" + row.path("partition").asText(),
                    offset(row.path("from")),
                    more(row.path("from")),
                    offset(row.path("to")),
                    more(row.path("to")),
                    row.path("delta").isNumber() ? (delta > 0 ? "+" : "") + Shown.number(delta) : Shown.UNKNOWN,
                    count(row.path("replayed")),
                    count(row.path("skipped")),
                    note == null ? Shown.text(row.path("warning")) : note,
                    delta < 0 ? "back" : delta > 0 ? "on" : "same");
        }

        private static String offset(JsonNode commit) {
            return commit.path("offset").isNumber() ? Shown.number(commit.path("offset")) : "nothing";
        }

        private static @Nullable String more(JsonNode commit) {
            return commit.path("metadata").isTextual()
                    ? "\"" + commit.path("metadata").asText() + "\""
                    : null;
        }

        private static String count(JsonNode number) {
            return number.asLong(0) == 0 ? "" : Shown.number(number);
        }
    }

    /**
     * What is in the way.
     *
     * @param liftedBy the field that lifts it; null where none does
     */
    record Obstacle(
            String title,
            String detail,
            List<String> members,
            @Nullable String liftedBy) {

        static Obstacle of(JsonNode blocker) {
            Set<String> members = new LinkedHashSet<>();
            blocker.path("members")
                    .forEach(member -> members.add(member.path("clientId").asText() + " on "
                            + member.path("host").asText() + " ("
                            + member.path("memberId").asText() + ")"));
            return new Obstacle(
                    blocker.path("title").asText(),
                    blocker.path("detail").asText(),
                    members.stream().limit(10).toList(),
                    Shown.text(blocker.path("liftedBy")));
        }
    }

    /**
     * @param call what carries it out
     * @param own the body that asked for it, for where the plan has none that gives exactly its numbers
     */
    static PlanView of(ApiAnswers.Planned plan, Call call, JsonNode own, Permit may) {
        JsonNode answer = plan.answer();
        boolean exact = answer.path("applyBody").isObject();
        String body = exact ? answer.path("applyBody").toString() : own.toString();
        String etag = exact ? answer.path("applyETag").asText() : plan.etag();
        List<Row> rows = new ArrayList<>();
        answer.path("partitions").forEach(row -> rows.add(Row.of(row)));
        List<Obstacle> blockers = new ArrayList<>();
        answer.path("blockers").forEach(blocker -> blockers.add(Obstacle.of(blocker)));
        List<String> warnings = new ArrayList<>();
        answer.path("warnings")
                .forEach(warning -> warnings.add(warning.path("detail").asText()));
        if (answer.path("undoLimit").isTextual()) {
            warnings.add(answer.path("undoLimit").asText());
        }
        List<String> cli = new ArrayList<>();
        answer.path("cli").forEach(line -> cli.add(line.asText()));
        Permit permit = !may.given()
                ? may
                : answer.path("applicable").asBoolean()
                        ? Permit.GIVEN
                        : new Permit("Something is in the way: "
                                + (blockers.isEmpty() ? "" : blockers.get(0).title()) + ".");
        return new PlanView(
                rows,
                totals(answer.path("totals")),
                blockers,
                warnings,
                String.join("\n", cli),
                call.curl(body, etag),
                "POST " + call.path(),
                body,
                etag,
                permit);
    }

    private static String totals(JsonNode totals) {
        String moved = Shown.count(totals.path("moved").asLong(), "commit is", "commits are") + " moved";
        long unchanged = totals.path("unchanged").asLong();
        String replayed = totals.path("replayed").asLong(0) == 0
                ? ""
                : ", " + Shown.count(totals.path("replayed").asLong(), "record is", "records are") + " read again";
        String skipped = totals.path("skipped").asLong(0) == 0
                ? ""
                : ", " + Shown.count(totals.path("skipped").asLong(), "record is", "records are") + " skipped";
        return moved + (unchanged == 0 ? "" : ", " + Shown.number(unchanged) + " stay as they are") + replayed + skipped
                + ".";
    }

    /**
     * A call of the API.
     *
     * @param base where the service is
     */
    record Call(String base, String path) {

        String curl(String body, String etag) {
            return "curl -s -X POST -H 'Content-Type: application/json' "
                    + (etag == null ? "" : "-H 'If-Match: " + quoted(etag) + "' ") + "-d '" + quoted(body) + "' '"
                    + quoted(base + path) + "'";
        }

        /** Inside single quotes of a shell. */
        private static String quoted(String text) {
            return text.replace("'", "'\\''");
        }
    }
}
