package dev.fathom.operation;

import org.jboss.logging.Logger;

/**
 * One line about a change, in the log category {@code dev.fathom.audit}: fields as {@code name="value"}, written so that no
 * value can end the line or pretend to be another field.
 */
public final class AuditLine {

    private static final Logger AUDIT = Logger.getLogger("dev.fathom.audit");

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
    public AuditLine text(String name, String value) {
        return name(name, quoted(value == null ? "" : value));
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
                    || c >= 0xD800 && c <= 0xDFFF) {
                quoted.append(String.format("\\u{%x}", c));
            } else {
                quoted.appendCodePoint(c);
            }
        });
        return quoted.append('"').toString();
    }
}
