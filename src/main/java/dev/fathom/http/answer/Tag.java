package dev.fathom.http.answer;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The tag of what an answer says, taken while it is written here. The moment of observation is no part of it: it is always the
 * last field, and left out of what is hashed, as are the {@link PassingValues} of an answer that has any. A small answer is kept,
 * so that it need not be written again.
 */
final class Tag extends OutputStream {

    /** Larger answers are written twice, and never held as a whole. */
    private static final int MOST_KEPT = 64 << 10;

    private static final Pattern OBSERVED_AT_LAST = Pattern.compile(",?\"observedAt\":\"[-0-9T:.Z]+\"}$");
    private static final int LONGEST_OBSERVED_AT = 64;
    private static final int BLOCK = 8 << 10;
    private static final int TAG_BYTES = 16;

    private final MessageDigest digest;
    private final byte[] block = new byte[BLOCK];
    private int inBlock;
    private long length;
    private @Nullable ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final @Nullable PassingValues passing;

    /** @param ofTheMoment whether the answer is, or its rows are, {@link OfTheMoment} */
    Tag(boolean ofTheMoment) {
        passing = ofTheMoment ? new PassingValues(this::hash) : null;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) {
        keep(bytes, offset, count);
        length += count;
        if (passing == null) {
            hash(bytes, offset, count);
        } else {
            passing.write(bytes, offset, count);
        }
    }

    private void hash(byte[] bytes, int offset, int count) {
        int done = 0;
        while (done < count) {
            if (inBlock == BLOCK) {
                // What may be the end is held back.
                int hashed = BLOCK - LONGEST_OBSERVED_AT;
                digest.update(block, 0, hashed);
                System.arraycopy(block, hashed, block, 0, LONGEST_OBSERVED_AT);
                inBlock = LONGEST_OBSERVED_AT;
            }
            int some = Math.min(count - done, BLOCK - inBlock);
            System.arraycopy(bytes, offset + done, block, inBlock, some);
            inBlock += some;
            done += some;
        }
    }

    private void keep(byte[] bytes, int offset, int count) {
        if (kept != null && kept.size() + count <= MOST_KEPT) {
            kept.write(bytes, offset, count);
        } else {
            kept = null;
        }
    }

    /** How many bytes the answer has. */
    long length() {
        return length;
    }

    /** The whole answer, where it is small. */
    Optional<byte[]> whole() {
        return Optional.ofNullable(kept).map(ByteArrayOutputStream::toByteArray);
    }

    /** Weak: the same answer may be sent encoded or not, and observed at another moment. Ends the writing. */
    String value() {
        int tail = Math.min(inBlock, LONGEST_OBSERVED_AT);
        String end = new String(block, inBlock - tail, tail, StandardCharsets.ISO_8859_1);
        Matcher matcher = OBSERVED_AT_LAST.matcher(end);
        digest.update(block, 0, matcher.find() ? inBlock - tail + matcher.start() : inBlock);
        byte[] hash = Arrays.copyOf(digest.digest(), TAG_BYTES);
        return "W/\"" + Base64.getUrlEncoder().withoutPadding().encodeToString(hash) + "\"";
    }
}
