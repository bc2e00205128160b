package dev.fathom.http.reset;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.cluster.Required;
import dev.fathom.http.problem.ProblemException;
import dev.fathom.http.request.BodyErrors;
import dev.fathom.http.reset.ResetBody.TargetBody;
import dev.fathom.position.Position;
import dev.fathom.position.Position.Absolute;
import dev.fathom.position.PositionSyntaxException;
import dev.fathom.reset.ResetRequest;
import dev.fathom.reset.ResetRequest.NoRecord;
import dev.fathom.reset.ResetRequest.OutOfRange;
import dev.fathom.reset.ResetRequest.Policy;
import dev.fathom.reset.ResetRequest.Target;
import dev.fathom.reset.Resets;
import dev.fathom.reset.Waiting;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the bodies of resets. Everything that is wrong is told at once. */
public final class ResetBodies {

    private ResetBodies() {}

    /** @throws ProblemException with every place that is wrong */
    public static ResetRequest read(ResetBody body) {
        BodyErrors errors = new BodyErrors();
        errors.needDryRun(body.dryRun());
        Optional<Position> to = position(body.to(), "/to", errors);
        List<Target> targets = targets(body, errors);
        boolean unsaid = targets.isEmpty()
                || targets.stream().anyMatch(target -> target.to().isEmpty());
        if (unsaid && to.isEmpty() && errors.isEmpty()) {
            errors.add("/to", "required, unless every target says its own.");
        }
        Policy policy = new Policy(
                errors.word(body.outOfRange(), "/outOfRange", OutOfRange.values(), OutOfRange::wireName)
                        .orElse(OutOfRange.REJECT),
                errors.word(body.noRecordAtOrAfter(), "/noRecordAtOrAfter", NoRecord.values(), NoRecord::wireName)
                        .orElse(NoRecord.REJECT),
                body.stable() == null || body.stable(),
                Boolean.TRUE.equals(body.createGroup()),
                errors.text(body.metadata(), "/metadata"),
                sourceTopics(body, errors));
        Waiting waiting = new Waiting(waiting(body.waitForEmpty(), errors), Boolean.TRUE.equals(body.pauseConsumers()));
        Optional<String> reason = errors.text(body.reason(), "/reason");
        errors.throwIfAny();
        return new ResetRequest(to, targets, policy, body.acknowledged(), waiting, reason);
    }

    private static List<String> sourceTopics(ResetBody body, BodyErrors errors) {
        if (body.sourceTopics() == null) {
            return List.of();
        }
        int empty = body.sourceTopics().indexOf(null);
        if (empty >= 0) {
            errors.add("/sourceTopics/" + empty, "required: the name of a topic.");
            return List.of();
        }
        return body.sourceTopics();
    }

    public static Optional<Position> position(@Nullable JsonNode written, String pointer, BodyErrors errors) {
        if (written == null || written.isNull()) {
            return Optional.empty();
        }
        if (written.isIntegralNumber()) {
            if (!written.canConvertToLong()) {
                errors.add(pointer, written + " is beyond the range of an offset (a signed 64-bit integer).");
            } else if (written.longValue() < 0) {
                errors.add(
                        pointer,
                        written + " is not an offset: offsets start at 0. To count back from the end write \"latest"
                                + written + "\".");
            } else {
                return Optional.of(new Absolute(written.longValue()));
            }
            return Optional.empty();
        }
        if (!written.isTextual()) {
            errors.add(pointer, "a position is a text, or an offset as a whole number.");
            return Optional.empty();
        }
        try {
            return Optional.of(Position.parse(written.textValue()));
        } catch (PositionSyntaxException e) {
            errors.add(pointer, Required.message(e));
            return Optional.empty();
        }
    }

    private static List<Target> targets(ResetBody body, BodyErrors errors) {
        if (body.targets() == null) {
            return List.of();
        }
        if (body.targets().isEmpty()) {
            errors.add("/targets", "empty; leave it out to move every partition the group has a commit for.");
        }
        List<Target> targets = new ArrayList<>();
        for (int i = 0; i < body.targets().size(); i++) {
            String pointer = "/targets/" + i;
            TargetBody target = body.targets().get(i);
            if (target == null || target.topic() == null || target.topic().isEmpty()) {
                errors.add(pointer + (target == null ? "" : "/topic"), "required: the name of a topic.");
                continue;
            }
            Optional<Position> to = position(target.to(), pointer + "/to", errors);
            targets.add(new Target(target.topic(), partitions(target.partitions(), pointer, errors), to, pointer));
        }
        return targets;
    }

    private static Optional<List<Integer>> partitions(
            @Nullable List<Integer> numbers, String pointer, BodyErrors errors) {
        if (numbers == null) {
            return Optional.empty();
        }
        if (numbers.isEmpty()) {
            errors.add(pointer + "/partitions", "empty; leave it out for all partitions of the topic.");
        }
        for (int i = 0; i < numbers.size(); i++) {
            Integer number = numbers.get(i);
            if (number == null || number < 0) {
                errors.add(pointer + "/partitions/" + i, number + " is not the number of a partition.");
                return Optional.empty();
            }
        }
        return Optional.of(List.copyOf(numbers));
    }

    private static Optional<Duration> waiting(@Nullable String written, BodyErrors errors) {
        if (written == null) {
            return Optional.empty();
        }
        try {
            Duration wait = Duration.parse(written);
            if (!wait.isNegative() && !wait.isZero() && wait.compareTo(Resets.LONGEST_WAIT) <= 0) {
                return Optional.of(wait);
            }
        } catch (DateTimeException | ArithmeticException e) {
            // Falls through: not a duration is out of bounds like any other.
        }
        errors.add(
                "/waitForEmpty",
                "\"" + written + "\" is not an ISO 8601 duration such as PT2M, of more than nothing and at most "
                        + Resets.LONGEST_WAIT + ".");
        return Optional.empty();
    }
}
