package dev.fathom.pool.definition;

import dev.fathom.pool.definition.Spec.OnExhausted;
import dev.fathom.pool.definition.Spec.ToTopic;
import dev.fathom.pool.definition.Spec.Webhook;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What holds for every spec, whatever cluster it is for. */
public final class SpecRules {

    public static final int MOST_TOPICS = 20;
    public static final int MOST_MEMBERS = 32;
    public static final int MOST_LANES = 64;
    public static final int MOST_QUEUED = 10_000;
    public static final int LEAST_QUEUE_BYTES = 64 << 10;
    public static final int MOST_QUEUE_BYTES = 64 << 20;
    public static final Duration LONGEST_COMMIT_INTERVAL = Duration.ofSeconds(60);

    /** Names of managed consumers. */
    public static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,63}");

    private static final int LONGEST_TOPIC = 249;
    private static final int LONGEST_GROUP = 32_000;
    private static final int MOST_ATTEMPTS = 1000;
    private static final int MOST_HEADERS = 20;
    private static final int LONGEST_URL = 2048;
    private static final int LONGEST_HEADER = 1024;
    private static final Duration LONGEST_BACKOFF = Duration.ofHours(1);
    private static final Duration LONGEST_STUCK = Duration.ofDays(7);
    private static final Duration LONGEST_HANDLER_TIMEOUT = Duration.ofMinutes(10);
    private static final Duration LONGEST_DRAIN_TIMEOUT = Duration.ofMinutes(10);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");
    private static final Pattern NUMBERS = Pattern.compile("[0-9.]+|0[xX][0-9a-fA-F.xX]+");

    private SpecRules() {}

    /** One rule that is broken. @param pointer into the spec, as {@code /topics/0} */
    public record Flaw(String pointer, String message) {}

    public static Optional<Flaw> ofName(String name) {
        return name != null && NAME.matcher(name).matches()
                ? Optional.empty()
                : Optional.of(new Flaw("/name", "takes 1 to 63 of a-z, 0-9 and -."));
    }

    /** @param mostMembers what is configured, at most {@link #MOST_MEMBERS} */
    public static List<Flaw> flaws(Spec spec, int mostMembers) {
        List<Flaw> flaws = new ArrayList<>();
        topics(spec, flaws);
        if (spec.groupId().isEmpty()
                || spec.groupId().getBytes(StandardCharsets.UTF_8).length > LONGEST_GROUP
                || spec.groupId().chars().anyMatch(Character::isISOControl)) {
            flaws.add(new Flaw("/groupId", "takes a group id: not empty, without control characters."));
        }
        between(spec.members(), 1, Math.min(mostMembers, MOST_MEMBERS), "/members", flaws);
        between(spec.lanes(), 1, MOST_LANES, "/lanes", flaws);
        if (spec.startFrom().needsGroup()) {
            flaws.add(new Flaw(
                    "/startFrom", spec.startFrom() + " needs a commit, and there is none where this is used."));
        }
        between(spec.queueCapacity(), 1, MOST_QUEUED, "/queueCapacity", flaws);
        between(spec.queueBytes(), LEAST_QUEUE_BYTES, MOST_QUEUE_BYTES, "/queueBytes", flaws);
        between(spec.minBytes(), 1, MOST_QUEUE_BYTES, "/minBytes", flaws);
        between(spec.maxBytes(), 1, MOST_QUEUE_BYTES, "/maxBytes", flaws);
        if (spec.minBytes() > spec.maxBytes()) {
            flaws.add(new Flaw("/minBytes", "is more than maxBytes."));
        }
        between(spec.commitInterval(), Duration.ZERO, LONGEST_COMMIT_INTERVAL, "/commitInterval", flaws);
        between(spec.maxWait(), Duration.ofMillis(1), LONGEST_WAIT, "/maxWait", flaws);
        between(spec.handlerTimeout(), Duration.ofMillis(100), LONGEST_HANDLER_TIMEOUT, "/handlerTimeout", flaws);
        between(spec.drainTimeout(), Duration.ofMillis(100), LONGEST_DRAIN_TIMEOUT, "/drainTimeout", flaws);
        retry(spec.retry(), flaws);
        exhaustion(spec, flaws);
        if (spec.sink() instanceof Webhook webhook) {
            webhook(webhook, flaws);
        } else if (spec.sink() instanceof ToTopic to) {
            topic(to.name(), "/sink/topic", flaws);
        } else if (spec.sink() instanceof Spec.Log log) {
            between(log.sample(), 1, Integer.MAX_VALUE, "/sink/sample", flaws);
        }
        return flaws;
    }

    private static void topics(Spec spec, List<Flaw> flaws) {
        if (spec.topics().isEmpty() || spec.topics().size() > MOST_TOPICS) {
            flaws.add(new Flaw("/topics", "takes 1 to " + MOST_TOPICS + " topics."));
        }
        for (int i = 0; i < spec.topics().size(); i++) {
            topic(spec.topics().get(i), "/topics/" + i, flaws);
        }
        if (new HashSet<>(spec.topics()).size() < spec.topics().size()) {
            flaws.add(new Flaw("/topics", "names a topic twice."));
        }
    }

    private static void topic(String name, String pointer, List<Flaw> flaws) {
        if (!TOPIC.matcher(name).matches() || name.equals(".") || name.equals("..")) {
            flaws.add(new Flaw(
                    pointer, "takes the name of a topic: 1 to " + LONGEST_TOPIC + " letters, digits and . _ -"));
        }
    }

    private static void retry(Spec.Retry retry, List<Flaw> flaws) {
        between(retry.maxAttempts(), 1, MOST_ATTEMPTS, "/retry/maxAttempts", flaws);
        between(retry.initial(), Duration.ofMillis(1), LONGEST_BACKOFF, "/retry/initial", flaws);
        between(retry.max(), Duration.ofMillis(1), LONGEST_BACKOFF, "/retry/max", flaws);
        between(retry.stuckAfter(), Duration.ZERO, LONGEST_STUCK, "/retry/stuckAfter", flaws);
        if (retry.max().compareTo(retry.initial()) < 0) {
            flaws.add(new Flaw("/retry/max", "is less than retry.initial."));
        }
        if (!(retry.multiplier() >= 1 && retry.multiplier() <= 10)) {
            flaws.add(new Flaw("/retry/multiplier", retry.multiplier() + " is not from 1 to 10."));
        }
    }

    private static void exhaustion(Spec spec, List<Flaw> flaws) {
        spec.deadLetterTopic().ifPresent(topic -> topic(topic, "/deadLetter/topic", flaws));
        if (spec.onExhausted() == OnExhausted.DEAD_LETTER
                && spec.deadLetterTopic().isEmpty()) {
            flaws.add(new Flaw("/onExhausted", "is dead-letter, which needs deadLetter.topic."));
        }
        if (spec.onExhausted() == OnExhausted.SKIP && !spec.acknowledgeLoss()) {
            flaws.add(new Flaw("/onExhausted", "is skip, which loses records: send acknowledgeLoss: true with it."));
        }
    }

    private static void webhook(Webhook webhook, List<Flaw> flaws) {
        url(webhook.url()).ifPresent(message -> flaws.add(new Flaw("/sink/url", message)));
        if (webhook.headers().size() > MOST_HEADERS) {
            flaws.add(new Flaw("/sink/headers", "takes at most " + MOST_HEADERS + " headers."));
        }
        webhook.headers().forEach((name, value) -> {
            String pointer = "/sink/headers/" + name.replace("~", "~0").replace("/", "~1");
            if (!HeaderRules.isName(name) || !HeaderRules.isValue(value) || value.length() > LONGEST_HEADER) {
                flaws.add(new Flaw(pointer, "is not a header of printable ASCII characters."));
            } else if (HeaderRules.isSecret(name)) {
                flaws.add(new Flaw(
                        pointer,
                        "carries a secret, and a definition can be read; have calls signed with secretRef instead."));
            } else if (HeaderRules.isTaken(name)) {
                flaws.add(new Flaw(pointer, "is set by the service itself."));
            }
        });
        passHeaders(webhook.passHeaders(), flaws);
    }

    private static void passHeaders(List<String> patterns, List<Flaw> flaws) {
        if (patterns.size() > MOST_HEADERS) {
            flaws.add(new Flaw("/sink/passHeaders", "takes at most " + MOST_HEADERS + " names."));
        }
        for (int i = 0; i < patterns.size(); i++) {
            String pattern = patterns.get(i);
            String pointer = "/sink/passHeaders/" + i;
            if (!HeaderRules.isPattern(pattern)) {
                flaws.add(new Flaw(pointer, "takes the name of a header, or the beginning of names and *."));
            } else if (HeaderRules.neverPasses(pattern)) {
                flaws.add(new Flaw(
                        pointer,
                        "is not passed on, whatever record it is of: the service or the connection sets it, or it is where"
                                + " credentials stand."));
            }
        }
    }

    private static Optional<String> url(String written) {
        URI url;
        try {
            url = new URI(written);
        } catch (URISyntaxException e) {
            return Optional.of("is not a URL.");
        }
        boolean http = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
        if (written.length() > LONGEST_URL || !http || url.getHost() == null) {
            return Optional.of(
                    "takes an http or https URL with a host name, of at most " + LONGEST_URL + " characters.");
        }
        if (url.getRawUserInfo() != null || url.getRawFragment() != null) {
            return Optional.of("takes no user, password or fragment.");
        }
        if (url.getHost().startsWith("[") || NUMBERS.matcher(url.getHost()).matches()) {
            return Optional.of("takes a host name, not an address.");
        }
        if (url.getPort() == 0 || url.getPort() > 65_535) {
            return Optional.of("has no port " + url.getPort() + ".");
        }
        return Optional.empty();
    }

    private static void between(int value, int least, int most, String pointer, List<Flaw> flaws) {
        if (value < least || value > most) {
            flaws.add(new Flaw(pointer, value + " is not from " + least + " to " + most + "."));
        }
    }

    private static void between(Duration value, Duration least, Duration most, String pointer, List<Flaw> flaws) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            flaws.add(new Flaw(pointer, value + " is not from " + least + " to " + most + "."));
        }
    }
}
