package dev.fathom.pool.definition;

import dev.fathom.pool.definition.Spec.Faults;
import dev.fathom.pool.definition.Spec.Limits;
import dev.fathom.pool.definition.Spec.OnExhausted;
import dev.fathom.pool.definition.Spec.Retry;
import dev.fathom.pool.definition.Spec.Source;
import dev.fathom.pool.definition.SpecErrors.SpecError;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What holds for every spec, whatever cluster it is for. */
public final class SpecRules {

    public static final int MOST_MEMBERS = 32;

    /** Where in a spec the topics stand that it writes to. */
    public static final String SINK_TOPIC = "/sink/topic";

    public static final String DEAD_LETTER_TOPIC = "/deadLetter/topic";

    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,63}");

    private static final int MOST_TOPICS = 20;
    private static final int LONGEST_GROUP = 32_000;
    private static final int MOST_LANES = 64;
    private static final int MOST_QUEUED = 10_000;
    private static final int LEAST_QUEUE_BYTES = 64 << 10;
    private static final int MOST_QUEUE_BYTES = 64 << 20;
    private static final int MOST_ATTEMPTS = 1000;
    private static final Duration LONGEST_COMMIT_INTERVAL = Duration.ofSeconds(60);
    private static final Duration LONGEST_BACKOFF = Duration.ofHours(1);
    private static final Duration LONGEST_STUCK = Duration.ofDays(7);
    private static final Duration LEAST_TIMEOUT = Duration.ofMillis(100);
    private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(10);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final Duration MILLISECOND = Duration.ofMillis(1);

    private SpecRules() {}

    public static Optional<SpecError> ofName(@Nullable String name) {
        return name != null && NAME.matcher(name).matches()
                ? Optional.empty()
                : Optional.of(new SpecError("/name", "takes 1 to 63 of a-z, 0-9 and -."));
    }

    /** @param mostMembers what is configured, at most {@link #MOST_MEMBERS} */
    public static List<SpecError> errors(Spec spec, int mostMembers) {
        SpecErrors errors = new SpecErrors();
        source(spec.source(), errors);
        if (spec.groupId().isEmpty()
                || spec.groupId().getBytes(StandardCharsets.UTF_8).length > LONGEST_GROUP
                || spec.groupId().chars().anyMatch(Character::isISOControl)) {
            errors.add("/groupId", "takes a group id: not empty, without control characters.");
        }
        errors.between("/members", spec.members(), 1, Math.min(mostMembers, MOST_MEMBERS));
        if (spec.start().startFrom().needsGroup()) {
            errors.add(
                    "/startFrom", spec.start().startFrom() + " needs a commit, and there is none where this is used.");
        }
        limits(spec.limits(), errors);
        errors.between("/lanes", spec.handling().lanes(), 1, MOST_LANES);
        errors.between("/handlerTimeout", spec.handling().handlerTimeout(), LEAST_TIMEOUT, LONGEST_TIMEOUT);
        retry(spec.faults().retry(), errors);
        exhaustion(spec.faults(), errors);
        spec.sink().check(errors);
        return errors.all();
    }

    private static void source(Source source, SpecErrors errors) {
        List<String> topics = source.topics();
        if (topics.isEmpty() || topics.size() > MOST_TOPICS) {
            errors.add("/topics", "takes 1 to " + MOST_TOPICS + " topics.");
        }
        for (int i = 0; i < topics.size(); i++) {
            errors.topic("/topics/" + i, topics.get(i));
        }
        if (new HashSet<>(topics).size() < topics.size()) {
            errors.add("/topics", "names a topic twice.");
        }
        errors.between("/minBytes", source.minBytes(), 1, MOST_QUEUE_BYTES);
        errors.between("/maxBytes", source.maxBytes(), 1, MOST_QUEUE_BYTES);
        if (source.minBytes() > source.maxBytes()) {
            errors.add("/minBytes", "is more than maxBytes.");
        }
        errors.between("/maxWait", source.maxWait(), MILLISECOND, LONGEST_WAIT);
    }

    private static void limits(Limits limits, SpecErrors errors) {
        errors.between("/queueCapacity", limits.queueCapacity(), 1, MOST_QUEUED);
        errors.between("/queueBytes", limits.queueBytes(), LEAST_QUEUE_BYTES, MOST_QUEUE_BYTES);
        errors.between("/commitInterval", limits.commitInterval(), Duration.ZERO, LONGEST_COMMIT_INTERVAL);
        errors.between("/drainTimeout", limits.drainTimeout(), LEAST_TIMEOUT, LONGEST_TIMEOUT);
    }

    private static void retry(Retry retry, SpecErrors errors) {
        errors.between("/retry/maxAttempts", retry.maxAttempts(), 1, MOST_ATTEMPTS);
        errors.between("/retry/initial", retry.initial(), MILLISECOND, LONGEST_BACKOFF);
        errors.between("/retry/max", retry.max(), MILLISECOND, LONGEST_BACKOFF);
        errors.between("/retry/stuckAfter", retry.stuckAfter(), Duration.ZERO, LONGEST_STUCK);
        if (retry.max().compareTo(retry.initial()) < 0) {
            errors.add("/retry/max", "is less than retry.initial.");
        }
        if (!(retry.multiplier() >= 1 && retry.multiplier() <= 10)) {
            errors.add("/retry/multiplier", retry.multiplier() + " is not from 1 to 10.");
        }
    }

    private static void exhaustion(Faults faults, SpecErrors errors) {
        faults.deadLetterTopic().ifPresent(topic -> errors.topic(DEAD_LETTER_TOPIC, topic));
        if (faults.onExhausted() == OnExhausted.DEAD_LETTER
                && faults.deadLetterTopic().isEmpty()) {
            errors.add("/onExhausted", "is dead-letter, which needs deadLetter.topic.");
        }
        if (faults.onExhausted() == OnExhausted.SKIP && !faults.acknowledgeLoss()) {
            errors.add("/onExhausted", "is skip, which loses records: send acknowledgeLoss: true with it.");
        }
    }
}
