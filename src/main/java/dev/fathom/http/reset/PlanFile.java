package dev.fathom.http.reset;

import dev.fathom.cluster.Commits.Commit;
import dev.fathom.http.answer.Csv;
import dev.fathom.http.answer.Csv.KafkaOffset;
import dev.fathom.http.answer.CsvFile;
import dev.fathom.http.problem.ItemProblem;
import dev.fathom.http.problem.Problem.FieldError;
import dev.fathom.http.problem.ProblemException;
import dev.fathom.http.problem.ProblemType;
import dev.fathom.http.request.Params;
import dev.fathom.position.Position.Absolute;
import dev.fathom.reset.Move;
import dev.fathom.reset.ResetRequest;
import dev.fathom.reset.ResetRequest.NoRecord;
import dev.fathom.reset.ResetRequest.OutOfRange;
import dev.fathom.reset.ResetRequest.Policy;
import dev.fathom.reset.ResetRequest.Target;
import dev.fathom.reset.Waiting;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's own plan file, as a body and as an answer: lines {@code topic,partition,offset}, or {@code group,topic,partition,offset}
 * of the one group; with or without quotes.
 */
final class PlanFile {

    private static final int MOST_TOLD = 5;

    private final String group;
    private final List<Target> targets = new ArrayList<>();
    private final List<FieldError> errors = new ArrayList<>();

    private PlanFile(String group) {
        this.group = group;
    }

    /** Whether a request comes with one. */
    static boolean isSent(HttpHeaders headers) {
        return headers.getMediaType() != null && headers.getMediaType().isCompatible(MediaType.valueOf(Csv.TEXT_CSV));
    }

    /**
     * The request that a file and the parameters beside it make.
     *
     * @throws ProblemException with every line that is wrong
     */
    static ResetRequest read(
            String group,
            byte[] body,
            @Nullable String outOfRange,
            @Nullable String createGroup,
            @Nullable String reason) {
        OutOfRange beyond = Params.text(outOfRange)
                .map(word -> Params.one("outOfRange", word, List.of(OutOfRange.values()), OutOfRange::wireName))
                .orElse(OutOfRange.REJECT);
        Policy policy =
                Policy.of(beyond, NoRecord.REJECT).creatingGroup(Params.flag("createGroup", createGroup, false));
        PlanFile file = new PlanFile(group);
        List<Target> targets = file.targets(Csv.lines(body));
        return new ResetRequest(Optional.empty(), targets, policy, Set.of(), Waiting.NONE, Params.text(reason));
    }

    private List<Target> targets(List<List<String>> lines) {
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).stream().allMatch(String::isBlank)) {
                line(lines.get(i), "line " + (i + 1));
            }
        }
        if (targets.isEmpty() && errors.isEmpty()) {
            wrong("body", "has no lines; a plan file has lines topic,partition,offset.");
        }
        if (!errors.isEmpty()) {
            throw new ProblemException(
                    ProblemType.VALIDATION,
                    errors.stream()
                            .limit(MOST_TOLD)
                            .map(error -> error.parameter() + " " + error.message())
                            .collect(Collectors.joining(" ")),
                    errors);
        }
        return targets;
    }

    private void line(List<String> fields, String place) {
        boolean named = fields.size() == 4;
        if (fields.size() != 3 && !named) {
            wrong(place, "takes topic,partition,offset; this has " + fields.size() + " fields.");
            return;
        }
        if (named && !fields.get(0).equals(group)) {
            wrong(place, "is about group \"" + fields.get(0) + "\", not \"" + group + "\".");
            return;
        }
        List<String> rest = fields.subList(named ? 1 : 0, fields.size());
        try {
            int partition = Integer.parseInt(rest.get(1).trim());
            long offset = Long.parseLong(rest.get(2).trim());
            if (partition < 0 || offset < 0 || rest.get(0).isEmpty()) {
                throw new NumberFormatException();
            }
            targets.add(
                    new Target(rest.get(0), Optional.of(List.of(partition)), Optional.of(new Absolute(offset)), place));
        } catch (NumberFormatException e) {
            wrong(place, "takes the number of a partition and an offset, both whole numbers from 0.");
        }
    }

    private void wrong(String place, String message) {
        errors.add(FieldError.parameter(place, message));
    }

    /**
     * A plan as a file.
     *
     * @param partial whether one that lacks something is wanted all the same
     */
    static Response answer(Move move, boolean partial) {
        List<ItemProblem> missing = move.plan().rows().stream()
                .filter(row -> row.from().isPresent() && row.to().isEmpty())
                .map(row -> CsvFile.unsayable(row.partition()))
                .toList();
        CsvFile.refuse(missing, partial);
        List<KafkaOffset> rows = move.plan().rows().stream()
                .flatMap(row -> row.to().map(Commit::offset).stream()
                        .map(offset -> new KafkaOffset(
                                row.partition().topic(), row.partition().partition(), offset)))
                .toList();
        return Response.fromResponse(CsvFile.answer(Csv.plan(rows), missing))
                .header(HttpHeaders.ETAG, move.tag().toString())
                .build();
    }
}
