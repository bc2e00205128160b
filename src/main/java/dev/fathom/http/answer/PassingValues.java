package dev.fathom.http.answer;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Leaves out of JSON, while it is written, the values of the fields that are another at every moment although nothing happened: time
 * lags, ages, rates, forecasts, and the sentences of verdicts. Their names stay. Knows JSON without spaces, as it is written here, in
 * whatever pieces.
 */
final class PassingValues {

    /** Takes what is left. */
    interface Rest {
        void take(byte[] bytes, int offset, int count);
    }

    private static final Set<String> PASSING =
            Set.of("timeLag", "recordAge", "consumeRate", "produceRate", "catchUpEta");
    private static final String VERDICT = "verdict";
    private static final String REASON = "reason";

    /** Longer than any of the names above. */
    private static final int MOST_OF_A_NAME = 16;

    private static final int NONE = -1;

    private final Rest rest;
    private final byte[] text = new byte[MOST_OF_A_NAME];
    private int textLength;
    private boolean inText;
    private boolean escaped;
    private int depth;

    /** How deep the verdict's own fields are, while there is one. */
    private int verdict = NONE;

    /** Whether the value of a verdict begins. */
    private boolean verdictNext;

    /** How deep the field is whose value is being left out. */
    private int passing = NONE;

    PassingValues(Rest rest) {
        this.rest = rest;
    }

    void write(byte[] bytes, int offset, int count) {
        int from = offset;
        for (int i = offset; i < offset + count; i++) {
            boolean before = passing != NONE;
            boolean opens = step(bytes[i]);
            boolean now = passing != NONE;
            if (before && !now) {
                from = i;
            } else if (opens) {
                rest.take(bytes, from, i + 1 - from);
            }
        }
        if (passing == NONE) {
            rest.take(bytes, from, offset + count - from);
        }
    }

    /** @return whether what comes after this byte is a value to leave out */
    private boolean step(byte b) {
        if (inText) {
            inText(b);
            return false;
        }
        boolean ofVerdict = verdictNext;
        verdictNext = false;
        switch (b) {
            case '"' -> {
                inText = true;
                textLength = 0;
            }
            case ':' -> {
                return named();
            }
            case '{', '[' -> {
                depth++;
                verdict = ofVerdict && b == '{' ? depth : verdict;
            }
            case '}', ']' -> {
                ends();
                verdict = verdict == depth ? NONE : verdict;
                depth--;
            }
            case ',' -> ends();
            default -> {
                // A number or a word.
            }
        }
        return false;
    }

    private void inText(byte b) {
        if (escaped) {
            escaped = false;
        } else if (b == '\\') {
            escaped = true;
        } else if (b == '"') {
            inText = false;
            return;
        }
        if (textLength < MOST_OF_A_NAME) {
            text[textLength++] = b;
        }
    }

    private boolean named() {
        String name = new String(text, 0, textLength, StandardCharsets.ISO_8859_1);
        if (passing != NONE) {
            return false;
        }
        verdictNext = name.equals(VERDICT);
        if (PASSING.contains(name) || (verdict == depth && name.equals(REASON))) {
            passing = depth;
            return true;
        }
        return false;
    }

    private void ends() {
        if (passing == depth) {
            passing = NONE;
        }
    }
}
