package dev.fathom.operation;

import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One line about a change, in the log category {@code dev.fathom.audit}: fields as {@code name="value"}, written so that no
 * value can end the line or pretend to be another field.
 */
public final class AuditLine {

    private static final Logger AUDIT = Logger.getLogger("dev.fathom.audit");

    private static final int MOST_SHOWN = 20;

    private final StringBuilder text = new StringBuilder();

    /** @param actor who asked for the change */
    public AuditLine(String actor) {
        text("actor", actor);
    }

    /** A field whose values are the service's own words. */
    public AuditLine word(String name, Object value) {
        return name(name, value.toString());
    }

    /** A field that a caller has a say in; null is written as an empty text. */
    public AuditLine text(String name, @Nullable String value) {
        return name(name, quoted(value == null ? "" : value));
    }

    /** The first of many changes, as {@code topic-partition:before>after}; the journal has all of them. */
    public AuditLine changes(List<String> all) {
        String shown = String.join(" ", all.subList(0, Math.min(MOST_SHOWN, all.size())));
        return text("changes", all.size() > MOST_SHOWN ? shown + " and " + (all.size() - MOST_SHOWN) + " more" : shown);
    }

    private AuditLine name(String name, String value) {
        text.append(text.isEmpty() ? "" : " ").append(name).append('=').append(value);
        return this;
    }

    public void write() {
        AUDIT.info(text);
    }

    /** As a JSON string. */
    private static String quoted(String value) {
        StringBuilder quoted = new StringBuilder("\"");
        value.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').appendCodePoint(c);
            } else if (Character.isISOControl(c)
                    || c == 0x2028
                    || c == 0x2029
                    || c > 0xFFFF
                    || (c >= 0xD800 && c <= 0xDFFF)) {
                quoted.append(String.format("\\u{%x}", c));
            } else {
                quoted.appendCodePoint(c);
            }
        });
        return quoted.append('"').toString();
    }
}
