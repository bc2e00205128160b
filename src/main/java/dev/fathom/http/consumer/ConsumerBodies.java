package dev.fathom.http.consumer;

import dev.fathom.cluster.Word;
import dev.fathom.http.consumer.ConsumerSpec.DeadLetterSpec;
import dev.fathom.http.consumer.ConsumerSpec.RetrySpec;
import dev.fathom.http.request.BodyErrors;
import dev.fathom.http.request.JsonBody;
import dev.fathom.http.reset.ResetBodies;
import dev.fathom.pool.definition.Desired;
import dev.fathom.pool.definition.SinkSpec;
import dev.fathom.pool.definition.Spec;
import dev.fathom.pool.definition.Spec.Faults;
import dev.fathom.pool.definition.Spec.Handling;
import dev.fathom.pool.definition.Spec.Limits;
import dev.fathom.pool.definition.Spec.Membership;
import dev.fathom.pool.definition.Spec.Retry;
import dev.fathom.pool.definition.Spec.Source;
import dev.fathom.pool.definition.Spec.Start;
import dev.fathom.pool.definition.SpecRules;
import dev.fathom.pool.sink.SinkKind;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** Reads the bodies of managed consumers, and fills in defaults. All validation errors are told at once. */
final class ConsumerBodies {

    private static final String SPEC = "/spec";

    private ConsumerBodies() {}

    /** A definition as it is asked for. */
    record Read(String name, Desired desired, Spec spec) {}

    /**
     * @param nameInPath of a PUT, where the body need not name it; empty for a POST
     * @param mostMembers what is configured
     */
    static Read read(JsonBody sent, Optional<String> nameInPath, int mostMembers) {
        ConsumerBody body = sent.as(ConsumerBody.class);
        BodyErrors errors = new BodyErrors();
        String name = body.name() == null ? nameInPath.orElse(null) : body.name();
        SpecRules.ofName(name).ifPresent(error -> errors.add(error.pointer(), error.message()));
        if (nameInPath.isPresent() && !nameInPath.get().equals(name)) {
            errors.add("/name", "is not the one in the path; a consumer cannot be renamed.");
        }
        Desired desired = errors.word(body.desired(), "/desired", Desired.values(), Desired::wireName)
                .orElse(Desired.RUNNING);
        if (body.spec() == null) {
            errors.add(SPEC, "required: at least topics and a sink.");
        }
        errors.throwIfAny();
        String known = Objects.requireNonNull(name);
        Spec spec = spec(known, body.spec(), errors);
        errors.throwIfAny();
        SpecRules.errors(spec, mostMembers).forEach(error -> errors.add(SPEC + error.pointer(), error.message()));
        errors.throwIfAny();
        return new Read(known, desired, spec);
    }

    /** The same as it would be sent, with every default filled in. */
    static ConsumerBody written(Read read) {
        return new ConsumerBody(read.name(), read.desired().wireName(), ConsumerSpec.of(read.spec()));
    }

    private static Spec spec(String name, ConsumerSpec spec, BodyErrors errors) {
        if (spec.deadLetter() != null && spec.deadLetter().topic() == null) {
            errors.add(SPEC + SpecRules.DEAD_LETTER_TOPIC, "required.");
        }
        if (spec.topics() == null || spec.topics().stream().anyMatch(topic -> topic == null)) {
            errors.add(SPEC + "/topics", "required: the topics to read, each a text.");
        }
        Optional<SinkSpec> sink =
                SinkKind.read(spec.sink(), (place, message) -> errors.add(SPEC + "/sink" + place, message));
        errors.throwIfAny();
        Spec usual = Spec.of(spec.topics(), or(spec.groupId(), "fathom." + name), sink.orElseThrow());
        return new Spec(
                source(spec, usual.source(), errors),
                new Membership(
                        usual.groupId(),
                        or(spec.members(), usual.members()),
                        word(spec.protocol(), "/protocol", usual.membership().protocol(), errors)),
                start(spec, usual.start(), errors),
                limits(spec, usual.limits(), errors),
                new Handling(
                        usual.sink(),
                        word(spec.ordering(), "/ordering", usual.handling().ordering(), errors),
                        or(spec.lanes(), usual.handling().lanes()),
                        duration(
                                spec.handlerTimeout(),
                                "/handlerTimeout",
                                usual.handling().handlerTimeout(),
                                errors)),
                faults(spec, errors));
    }

    private static Source source(ConsumerSpec spec, Source usual, BodyErrors errors) {
        return new Source(
                usual.topics(),
                word(spec.isolation(), "/isolation", usual.isolation(), errors),
                or(spec.minBytes(), usual.minBytes()),
                or(spec.maxBytes(), usual.maxBytes()),
                duration(spec.maxWait(), "/maxWait", usual.maxWait(), errors));
    }

    private static Start start(ConsumerSpec spec, Start usual, BodyErrors errors) {
        return new Start(
                ResetBodies.position(spec.startFrom(), SPEC + "/startFrom", errors)
                        .orElse(usual.startFrom()),
                word(spec.onOutOfRange(), "/onOutOfRange", usual.onOutOfRange(), errors),
                word(spec.onOffsetsLost(), "/onOffsetsLost", usual.onOffsetsLost(), errors));
    }

    private static Limits limits(ConsumerSpec spec, Limits usual, BodyErrors errors) {
        return new Limits(
                or(spec.queueCapacity(), usual.queueCapacity()),
                or(spec.queueBytes(), usual.queueBytes()),
                duration(spec.commitInterval(), "/commitInterval", usual.commitInterval(), errors),
                duration(spec.drainTimeout(), "/drainTimeout", usual.drainTimeout(), errors));
    }

    private static Faults faults(ConsumerSpec spec, BodyErrors errors) {
        Faults usual = Faults.deadLetters(Optional.ofNullable(spec.deadLetter()).map(DeadLetterSpec::topic));
        return new Faults(
                spec.retry() == null ? usual.retry() : retry(spec.retry(), usual.retry(), errors),
                word(spec.onExhausted(), "/onExhausted", usual.onExhausted(), errors),
                Boolean.TRUE.equals(spec.acknowledgeLoss()),
                usual.deadLetterTopic());
    }

    private static Retry retry(RetrySpec retry, Retry usual, BodyErrors errors) {
        return new Retry(
                or(retry.maxAttempts(), usual.maxAttempts()),
                duration(retry.initial(), "/retry/initial", usual.initial(), errors),
                or(retry.multiplier(), usual.multiplier()),
                duration(retry.max(), "/retry/max", usual.max(), errors),
                word(retry.jitter(), "/retry/jitter", usual.jitter(), errors),
                duration(retry.stuckAfter(), "/retry/stuckAfter", usual.stuckAfter(), errors));
    }

    private static <T> T or(T said, T usual) {
        return said == null ? usual : said;
    }

    private static <E extends Enum<E> & Word> E word(String said, String pointer, E usual, BodyErrors errors) {
        E[] words = usual.getDeclaringClass().getEnumConstants();
        return errors.word(said, SPEC + pointer, words, Word::wireName).orElse(usual);
    }

    private static Duration duration(String said, String pointer, Duration usual, BodyErrors errors) {
        if (said == null) {
            return usual;
        }
        try {
            return Duration.parse(said);
        } catch (DateTimeException | ArithmeticException e) {
            errors.add(SPEC + pointer, "\"" + said + "\" is not an ISO 8601 duration such as PT0.5S.");
            return usual;
        }
    }

    static int members(JsonBody sent, int mostMembers) {
        ScaleBody body = sent.as(ScaleBody.class);
        BodyErrors errors = new BodyErrors();
        int most = Math.min(mostMembers, SpecRules.MOST_MEMBERS);
        if (body.members() == null || body.members() < 1 || body.members() > most) {
            errors.add("/members", "takes a whole number from 1 to " + most + ".");
        }
        errors.throwIfAny();
        return body.members();
    }

    /** For calls that say everything in their path. */
    static void nothing(JsonBody sent) {
        if (sent.sent().length > 0) {
            sent.as(NoBody.class);
        }
    }
}
