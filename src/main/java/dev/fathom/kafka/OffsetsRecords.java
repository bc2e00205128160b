package dev.fathom.kafka;

import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.TopicPartition;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.common.utils.ByteUtils;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records by which brokers keep commits: {@code OffsetCommitKey} of versions 0 and 1 and {@code OffsetCommitValue} of
 * versions 0 to 4. The client has no public reader for them. What is in another version, or is no such record, is said to be so
 * and never guessed at.
 */
final class OffsetsRecords {

    private static final short LAST_KEY = 1;
    private static final short FIRST_FLEXIBLE_VALUE = 4;
    private static final short LAST_VALUE = 4;
    private static final short FIRST_WITH_EPOCH = 3;

    private OffsetsRecords() {}

    /**
     * Of which group and partition a record is.
     *
     * @param version of the key: the same partition under another version is another key to the broker's compaction
     */
    record OfCommit(short version, String group, TopicPartition partition) {}

    /** What a record says of its key. */
    sealed interface Said {

        /** Something is committed. */
        record Committed(Commit commit) implements Said {}

        /** Nothing is committed any more. */
        record Deleted() implements Said {}

        /** @param why a part of a sentence */
        record Unreadable(String why) implements Said {}
    }

    /** The key of a commit; empty for records of other kinds, which lie in the same log. */
    static Optional<OfCommit> key(@Nullable ByteBuffer bytes) {
        if (bytes == null || bytes.remaining() < Short.BYTES) {
            return Optional.empty();
        }
        try {
            short version = bytes.getShort();
            if (version < 0 || version > LAST_KEY) {
                return Optional.empty();
            }
            String group = text(bytes, bytes.getShort());
            String topic = text(bytes, bytes.getShort());
            return Optional.of(new OfCommit(version, group, new TopicPartition(topic, bytes.getInt())));
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** @param bytes null for a tombstone */
    static Said said(@Nullable ByteBuffer bytes) {
        if (bytes == null) {
            return new Said.Deleted();
        }
        try {
            short version = bytes.getShort();
            if (version < 0 || version > LAST_VALUE) {
                return new Said.Unreadable("has version " + version + " and this service reads 0 to " + LAST_VALUE);
            }
            long offset = bytes.getLong();
            int epoch = version >= FIRST_WITH_EPOCH ? bytes.getInt() : -1;
            int length = version >= FIRST_FLEXIBLE_VALUE ? ByteUtils.readUnsignedVarint(bytes) - 1 : bytes.getShort();
            String metadata = length < 0 ? "" : text(bytes, length);
            // When the request came. Every version has it, so a value that ends before is cut off.
            bytes.getLong();
            if (offset < 0) {
                return new Said.Unreadable("has the offset " + offset);
            }
            return new Said.Committed(
                    new Commit(offset, epoch < 0 ? OptionalInt.empty() : OptionalInt.of(epoch), metadata));
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return new Said.Unreadable("ends too early");
        }
    }

    private static String text(ByteBuffer bytes, int length) {
        if (length < 0 || length > bytes.remaining()) {
            throw new IllegalArgumentException("no text of " + length + " bytes");
        }
        byte[] text = new byte[length];
        bytes.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }
}
