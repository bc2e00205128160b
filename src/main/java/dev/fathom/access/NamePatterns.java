package dev.fathom.access;

import java.util.List;

/**
 * Names that are allowed: literal, or all that begin with what stands before a final {@code *}. Whole names, case by case, as
 * code points: {@code team-a.*} allows {@code team-a.x} and neither {@code team-ab} nor {@code Team-a.x}.
 *
 * @param patterns none means every name
 */
public record NamePatterns(List<String> patterns) {

    public static final NamePatterns ALL = new NamePatterns(List.of());

    public NamePatterns {
        patterns = List.copyOf(patterns);
    }

    public boolean allow(String name) {
        return allowAll() || patterns.stream().anyMatch(pattern -> fits(pattern, name));
    }

    public boolean allowAll() {
        return patterns.isEmpty() || patterns.contains("*");
    }

    private static boolean fits(String pattern, String name) {
        return pattern.endsWith("*")
                ? name.startsWith(pattern.substring(0, pattern.length() - 1))
                : name.equals(pattern);
    }
}
