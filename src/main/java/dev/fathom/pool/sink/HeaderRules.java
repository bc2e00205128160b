package dev.fathom.pool.sink;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which headers a webhook's calls may carry: fixed ones from the definition, and those of records, whose names and values are
 * chosen by whoever writes to the topic.
 */
final class HeaderRules {

    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}");
    private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7E]*");
    private static final Pattern PATTERN = Pattern.compile("[!#$%&'+.^_`|~0-9A-Za-z-]{1,128}\\*?|\\*");

    /** Set by the sink itself, or by the client. */
    private static final Set<String> TAKEN =
            Set.of("host", "content-length", "transfer-encoding", "connection", "expect", "upgrade", "te", "trailer");

    /** Headers that carry secrets: every viewer can read a definition. */
    private static final Set<String> SECRET =
            Set.of("authorization", "proxy-authorization", "cookie", "x-api-key", "api-key", "x-auth-token");

    /** Headers of the connection, not of the record; the sink itself takes {@code content-type} from the record. */
    private static final Set<String> OF_THE_CONNECTION = Set.of(
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "http2-settings",
            "forwarded",
            "via",
            "x-real-ip",
            "content-type",
            "user-agent",
            "set-cookie");

    private static final Set<String> OF_THE_CONNECTION_PREFIXES = Set.of("x-forwarded-", "webhook-");

    private HeaderRules() {}

    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** Whether it is a valid value, which cannot start another header. */
    static boolean isValue(String value) {
        return VALUE.matcher(value).matches();
    }

    static boolean isSecret(String name) {
        return SECRET.contains(name.toLowerCase(Locale.ROOT));
    }

    static boolean isTaken(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return TAKEN.contains(lower) || lower.startsWith("ce-") || lower.startsWith("webhook-");
    }

    /** A name, or the beginning of names and {@code *}. */
    static boolean isPattern(String pattern) {
        return PATTERN.matcher(pattern).matches();
    }

    private static boolean isPrefix(String pattern) {
        return pattern.endsWith("*");
    }

    /** Whether no name it matches may be passed on. */
    static boolean neverPasses(String pattern) {
        return !mayPass(isPrefix(pattern) ? pattern.substring(0, pattern.length() - 1) + "x" : pattern);
    }

    /** Without regard to case, as names of HTTP's headers are. */
    static boolean matches(String pattern, String name) {
        return isPrefix(pattern)
                ? name.regionMatches(true, 0, pattern, 0, pattern.length() - 1)
                : name.equalsIgnoreCase(pattern);
    }

    /**
     * Whether a record's header may be sent along. Many servers make no difference between {@code -} and {@code _}, so what is
     * protected is protected in both spellings; but {@code ce_}, the prefix of CloudEvents on Kafka, is not taken for {@code
     * ce-}.
     */
    static boolean mayPass(String name) {
        if (!isName(name) || isTaken(name) || isSecret(name)) {
            return false;
        }
        String hyphens = name.toLowerCase(Locale.ROOT).replace('_', '-');
        return !TAKEN.contains(hyphens)
                && !SECRET.contains(hyphens)
                && !OF_THE_CONNECTION.contains(hyphens)
                && OF_THE_CONNECTION_PREFIXES.stream().noneMatch(hyphens::startsWith);
    }
}
