package dev.fathom.http.consumer;

import dev.fathom.http.consumer.ConsumerSpec.RetrySpec;
import dev.fathom.http.consumer.ConsumerSpec.SinkItem;
import dev.fathom.http.request.BodyErrors;
import dev.fathom.http.request.JsonBody;
import dev.fathom.http.reset.ResetBodies;
import dev.fathom.pool.definition.Desired;
import dev.fathom.pool.definition.Spec;
import dev.fathom.pool.definition.Spec.IsolationLevel;
import dev.fathom.pool.definition.Spec.Jitter;
import dev.fathom.pool.definition.Spec.Level;
import dev.fathom.pool.definition.Spec.OnExhausted;
import dev.fathom.pool.definition.Spec.OnOffsetsLost;
import dev.fathom.pool.definition.Spec.OnOutOfRange;
import dev.fathom.pool.definition.Spec.Ordering;
import dev.fathom.pool.definition.Spec.Protocol;
import dev.fathom.pool.definition.Spec.Retry;
import dev.fathom.pool.definition.Spec.SinkSpec;
import dev.fathom.pool.definition.SpecRules;
import dev.fathom.position.Position;
import dev.fathom.position.Position.Anchor;
import dev.fathom.position.Position.Shifted;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads the bodies of managed consumers, and fills in what is not said. Everything that is wrong is told at once. */
final class ConsumerBodies {

    private static final int DEFAULT_LANES = 8;
    private static final int DEFAULT_QUEUE = 100;
    private static final int DEFAULT_QUEUE_BYTES = 8 << 20;
    private static final int DEFAULT_MAX_BYTES = 4 << 20;
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
        SpecRules.ofName(name).ifPresent(flaw -> errors.add(flaw.pointer(), flaw.message()));
        if (nameInPath.isPresent() && !nameInPath.get().equals(name)) {
            errors.add("/name", "is not the one in the path; a consumer cannot be renamed.");
        }
        Desired desired = errors.word(body.desired(), "/desired", Desired.values(), Desired::wireName)
                .orElse(Desired.RUNNING);
        if (body.spec() == null) {
            errors.add(SPEC, "needed: at least topics and a sink.");
        }
        errors.throwIfAny();
        Spec spec = spec(name, body.spec(), errors);
        errors.throwIfAny();
        SpecRules.flaws(spec, mostMembers).forEach(flaw -> errors.add(SPEC + flaw.pointer(), flaw.message()));
        errors.throwIfAny();
        return new Read(name, desired, spec);
    }

    /** The same as it would be sent, with every default filled in. */
    static ConsumerBody written(Read read) {
        return new ConsumerBody(read.name(), read.desired().wireName(), ConsumerSpec.of(read.spec()));
    }

    private static Spec spec(String name, ConsumerSpec spec, BodyErrors errors) {
        Optional<String> deadLetters = deadLetters(spec, errors);
        if (spec.topics() == null || spec.topics().stream().anyMatch(topic -> topic == null)) {
            errors.add(SPEC + "/topics", "needed: the topics to read, each a text.");
        }
        Optional<SinkSpec> sink = sink(spec.sink(), errors);
        errors.throwIfAny();
        return new Spec(
                spec.topics(),
                spec.groupId() == null ? "fathom." + name : spec.groupId(),
                or(spec.members(), 1),
                ResetBodies.position(spec.startFrom(), SPEC + "/startFrom", errors)
                        .<Position>map(position -> position)
                        .orElse(new Shifted(Anchor.LATEST, 0)),
                errors.word(spec.onOutOfRange(), SPEC + "/onOutOfRange", OnOutOfRange.values(), OnOutOfRange::wireName)
                        .orElse(OnOutOfRange.FAIL),
                errors.word(
                                spec.onOffsetsLost(),
                                SPEC + "/onOffsetsLost",
                                OnOffsetsLost.values(),
                                OnOffsetsLost::wireName)
                        .orElse(OnOffsetsLost.CHECKPOINT),
                errors.word(spec.isolation(), SPEC + "/isolation", IsolationLevel.values(), IsolationLevel::wireName)
                        .orElse(IsolationLevel.READ_COMMITTED),
                errors.word(spec.ordering(), SPEC + "/ordering", Ordering.values(), Ordering::wireName)
                        .orElse(Ordering.PARTITION),
                or(spec.lanes(), DEFAULT_LANES),
                or(spec.queueCapacity(), DEFAULT_QUEUE),
                or(spec.queueBytes(), DEFAULT_QUEUE_BYTES),
                duration(spec.commitInterval(), "/commitInterval", Duration.ZERO, errors),
                or(spec.minBytes(), 1),
                or(spec.maxBytes(), DEFAULT_MAX_BYTES),
                duration(spec.maxWait(), "/maxWait", Duration.ofMillis(500), errors),
                retry(spec.retry(), errors),
                errors.word(spec.onExhausted(), SPEC + "/onExhausted", OnExhausted.values(), OnExhausted::wireName)
                        .orElse(deadLetters.isPresent() ? OnExhausted.DEAD_LETTER : OnExhausted.STOP),
                Boolean.TRUE.equals(spec.acknowledgeLoss()),
                deadLetters,
                sink.orElseThrow(),
                duration(spec.handlerTimeout(), "/handlerTimeout", Duration.ofSeconds(15), errors),
                duration(spec.drainTimeout(), "/drainTimeout", Duration.ofSeconds(30), errors),
                errors.word(spec.protocol(), SPEC + "/protocol", Protocol.values(), Protocol::wireName)
                        .orElse(Protocol.CLASSIC));
    }

    private static <T> T or(T said, T otherwise) {
        return said == null ? otherwise : said;
    }

    private static Optional<String> deadLetters(ConsumerSpec spec, BodyErrors errors) {
        if (spec.deadLetter() != null && spec.deadLetter().topic() == null) {
            errors.add(SPEC + "/deadLetter/topic", "needed.");
        }
        return Optional.ofNullable(spec.deadLetter()).map(ConsumerSpec.DeadLetterSpec::topic);
    }

    private static Duration duration(String written, String pointer, Duration otherwise, BodyErrors errors) {
        if (written == null) {
            return otherwise;
        }
        try {
            return Duration.parse(written);
        } catch (DateTimeException | ArithmeticException e) {
            errors.add(SPEC + pointer, "\"" + written + "\" is not an ISO 8601 duration such as PT0.5S.");
            return otherwise;
        }
    }

    private static Retry retry(RetrySpec retry, BodyErrors errors) {
        if (retry == null) {
            return Retry.DEFAULT;
        }
        return new Retry(
                or(retry.maxAttempts(), Retry.DEFAULT.maxAttempts()),
                duration(retry.initial(), "/retry/initial", Retry.DEFAULT.initial(), errors),
                or(retry.multiplier(), Retry.DEFAULT.multiplier()),
                duration(retry.max(), "/retry/max", Retry.DEFAULT.max(), errors),
                errors.word(retry.jitter(), SPEC + "/retry/jitter", Jitter.values(), Jitter::wireName)
                        .orElse(Jitter.FULL),
                duration(retry.stuckAfter(), "/retry/stuckAfter", Retry.DEFAULT.stuckAfter(), errors));
    }

    private static Optional<SinkSpec> sink(SinkItem sink, BodyErrors errors) {
        String pointer = SPEC + "/sink";
        if (sink == null || sink.type() == null) {
            errors.add(sink == null ? pointer : pointer + "/type", "needed: webhook, topic or log.");
            return Optional.empty();
        }
        switch (sink.type()) {
            case "webhook" -> {
                none(
                        pointer,
                        "webhook",
                        errors,
                        Map.entry("topic", Optional.ofNullable(sink.topic())),
                        Map.entry("level", Optional.ofNullable(sink.level())),
                        Map.entry("sample", Optional.ofNullable(sink.sample())));
                return needed(sink.url(), pointer + "/url", errors)
                        .map(url -> new Spec.Webhook(
                                url,
                                Optional.ofNullable(sink.secretRef()),
                                headers(sink, pointer, errors),
                                passHeaders(sink, pointer, errors)));
            }
            case "topic" -> {
                none(
                        pointer,
                        "topic",
                        errors,
                        Map.entry("url", Optional.ofNullable(sink.url())),
                        Map.entry("secretRef", Optional.ofNullable(sink.secretRef())),
                        Map.entry("headers", Optional.ofNullable(sink.headers())),
                        Map.entry("passHeaders", Optional.ofNullable(sink.passHeaders())),
                        Map.entry("level", Optional.ofNullable(sink.level())),
                        Map.entry("sample", Optional.ofNullable(sink.sample())));
                return needed(sink.topic(), pointer + "/topic", errors).map(Spec.ToTopic::new);
            }
            case "log" -> {
                none(
                        pointer,
                        "log",
                        errors,
                        Map.entry("url", Optional.ofNullable(sink.url())),
                        Map.entry("secretRef", Optional.ofNullable(sink.secretRef())),
                        Map.entry("headers", Optional.ofNullable(sink.headers())),
                        Map.entry("passHeaders", Optional.ofNullable(sink.passHeaders())),
                        Map.entry("topic", Optional.ofNullable(sink.topic())));
                Level level = errors.word(sink.level(), pointer + "/level", Level.values(), Level::wireName)
                        .orElse(Level.INFO);
                return Optional.of(new Spec.Log(level, or(sink.sample(), 1)));
            }
            default -> {
                errors.add(pointer + "/type", "\"" + sink.type() + "\" is none of webhook, topic, log.");
                return Optional.empty();
            }
        }
    }

    private static Optional<String> needed(String value, String pointer, BodyErrors errors) {
        if (value == null) {
            errors.add(pointer, "needed.");
        }
        return Optional.ofNullable(value);
    }

    private static Map<String, String> headers(SinkItem sink, String pointer, BodyErrors errors) {
        if (sink.headers() == null) {
            return Map.of();
        }
        if (sink.headers().values().stream().anyMatch(value -> value == null)) {
            errors.add(pointer + "/headers", "takes texts.");
            return Map.of();
        }
        return sink.headers();
    }

    private static List<String> passHeaders(SinkItem sink, String pointer, BodyErrors errors) {
        if (sink.passHeaders() == null) {
            return List.of();
        }
        if (sink.passHeaders().stream().anyMatch(name -> name == null)) {
            errors.add(pointer + "/passHeaders", "takes texts.");
            return List.of();
        }
        return sink.passHeaders();
    }

    @SafeVarargs
    private static void none(
            String pointer, String type, BodyErrors errors, Map.Entry<String, ? extends Optional<?>>... others) {
        Stream.of(others)
                .filter(other -> other.getValue().isPresent())
                .forEach(other ->
                        errors.add(pointer + "/" + other.getKey(), "is not a field of a sink of type " + type + "."));
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
