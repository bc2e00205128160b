package dev.fathom.reset;

import dev.fathom.operation.Blocker.Acknowledgement;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which groups are to be cleaned up.
 *
 * @param unchangedFor how long the service must have seen a group without members and with the same commits
 * @param match a group id, or a pattern in which {@code *} stands for any text; the whole id must fit
 * @param acknowledged what is in the way and known
 */
public record CleanupRequest(
        Duration unchangedFor, String match, Set<Acknowledgement> acknowledged, Optional<String> reason) {

    boolean names(String group) {
        return match.equals(group);
    }

    /** Fits in time that grows with the length of the id alone: the pattern has no choice but where a star ends. */
    boolean fits(String group) {
        String[] parts = match.split(Pattern.quote("*"), -1);
        if (parts.length == 1) {
            return names(group);
        }
        String last = parts[parts.length - 1];
        if (!group.startsWith(parts[0])
                || group.length() < parts[0].length() + last.length()
                || !group.endsWith(last)) {
            return false;
        }
        int from = parts[0].length();
        int end = group.length() - last.length();
        for (int i = 1; i < parts.length - 1; i++) {
            int found = group.indexOf(parts[i], from);
            if (found < 0 || found + parts[i].length() > end) {
                return false;
            }
            from = found + parts[i].length();
        }
        return true;
    }
}
