package dev.fathom.reset;

import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.position.Position;
import dev.fathom.reset.PlanRow.Note;
import dev.fathom.reset.PlanTag.Difference.What;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a plan was made for, as a tag that says whether it still stands: the request, the group's type, state and epoch,
 * what is committed, which topics those are, and where positions lie that name a fixed place. Positions that move by
 * themselves (from the end, from now) are not part of it.
 *
 * <p>No plan is kept anywhere, so any replica can judge any tag. It is one hash over everything, which decides, followed by
 * short ones over the parts, which only tell what is different.
 */
public final class PlanTag {

    private static final int WHOLE = 16;
    private static final int PART = 4;
    private static final int ROW = 2;
    /** With more rows the tag would be longer than headers may be; then differences are reported for all rows together. */
    private static final int MOST_ROWS = 200;

    private final byte[] whole;
    private final byte[] request;
    private final byte[] group;
    private final byte[] commits;
    private final byte[] places;

    private PlanTag(byte[] whole, byte[] request, byte[] group, byte[] commits, byte[] places) {
        this.whole = whole;
        this.request = request;
        this.group = group;
        this.commits = commits;
        this.places = places;
    }

    /**
     * One thing that differs from what was planned for.
     *
     * @param partition empty when it is about the whole
     */
    public record Difference(What what, Optional<TopicPartition> partition, String detail) {

        /** What it is about. */
        public enum What {
            REQUEST,
            GROUP,
            COMMIT,
            PLACE
        }
    }

    /**
     * @param request everything that decides what was asked for, in one notation
     * @param waits whether the request waits for the group to be empty, so that its state and commits may well change
     */
    static PlanTag of(String request, Plan plan, boolean waits) {
        String state = waits
                ? plan.group().type().toString()
                : plan.group().type() + "|"
                        + plan.description().map(PlanTag::state).orElse("none");
        List<String> commits = new ArrayList<>();
        List<String> places = new ArrayList<>();
        for (PlanRow row : plan.rows()) {
            commits.add(waits ? "" : row.partition() + "|" + commit(row.from()));
            places.add(row.partition() + "|" + row.topicId() + "|" + place(row));
        }
        String all = String.join("\n", request, state, String.join("\n", commits), String.join("\n", places));
        return new PlanTag(hash(all, WHOLE), hash(request, PART), hash(state, PART), hashes(commits), hashes(places));
    }

    /** A tag over texts, for plans that are no {@link Plan}. */
    static String of(List<String> texts) {
        return quoted(hash(String.join("\n", texts), WHOLE));
    }

    private static String quoted(byte[] bytes) {
        return "\"" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes) + "\"";
    }

    private static String state(GroupDescription group) {
        return group.state() + "|" + group.groupEpoch();
    }

    private static String commit(Optional<Commit> commit) {
        return commit.map(c -> c.offset() + "|" + c.leaderEpoch() + "|" + c.metadata())
                .orElse("none");
    }

    private static String place(PlanRow row) {
        boolean moves = row.position().map(Position::moves).orElse(false)
                || row.note().equals(Optional.of(Note.NO_RECORD_AT_OR_AFTER))
                || row.note().equals(Optional.of(Note.CLAMPED_TO_LAST));
        return moves ? "moves" : row.to().map(to -> Long.toString(to.offset())).orElse("none");
    }

    private static byte[] hash(String text, int length) {
        try {
            return Arrays.copyOf(
                    MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)), length);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] hashes(List<String> rows) {
        if (rows.size() > MOST_ROWS) {
            return hash(String.join("\n", rows), PART);
        }
        ByteBuffer all = ByteBuffer.allocate(ROW * rows.size());
        rows.forEach(row -> all.put(hash(row, ROW)));
        return all.array();
    }

    /** As an ETag carries it, with its quotes. */
    @Override
    public String toString() {
        ByteBuffer bytes = ByteBuffer.allocate(WHOLE + 2 * PART + commits.length + places.length);
        bytes.put(whole).put(request).put(group).put(commits).put(places);
        return quoted(bytes.array());
    }

    /** Whether a tag that was sent is this one. */
    boolean matches(String sent) {
        return toString().equals(sent.trim());
    }

    /** What is different between the plan a tag was made for and this one. */
    List<Difference> differences(String sent, Plan now) {
        PlanTag then = read(sent.trim(), commits.length, places.length);
        if (then == null || !Arrays.equals(then.request, request)) {
            return List.of(new Difference(
                    What.REQUEST,
                    Optional.empty(),
                    "The tag belongs to another request, or its plan had other partitions; plan again."));
        }
        List<Difference> differences = new ArrayList<>();
        if (!Arrays.equals(then.group, group)) {
            differences.add(new Difference(
                    What.GROUP,
                    Optional.empty(),
                    "The group is " + now.group().type().wireName() + " and "
                            + now.description().map(g -> g.state().wireName()).orElse("not there") + " with "
                            + now.description().map(g -> g.members().size()).orElse(0) + " members now."));
        }
        rows(then.commits, commits, now, What.COMMIT, differences);
        rows(then.places, places, now, What.PLACE, differences);
        if (differences.isEmpty()) {
            differences.add(new Difference(What.REQUEST, Optional.empty(), "The tag does not fit; plan again."));
        }
        return differences;
    }

    private static void rows(byte[] then, byte[] now, Plan plan, What what, List<Difference> differences) {
        if (plan.rows().size() > MOST_ROWS) {
            if (!Arrays.equals(then, now)) {
                differences.add(new Difference(
                        what,
                        Optional.empty(),
                        "Of the " + plan.rows().size() + " partitions at least one is different."));
            }
            return;
        }
        for (int i = 0; i < plan.rows().size(); i++) {
            if (!Arrays.equals(then, i * ROW, (i + 1) * ROW, now, i * ROW, (i + 1) * ROW)) {
                PlanRow row = plan.rows().get(i);
                String detail = what == What.COMMIT
                        ? "What is committed is "
                                + row.from()
                                        .map(commit -> Long.toString(commit.offset()))
                                        .orElse("nothing") + " now."
                        : "The position is "
                                + row.to()
                                        .map(commit -> Long.toString(commit.offset()))
                                        .orElse("nothing")
                                + " now, or the topic was recreated.";
                differences.add(new Difference(what, Optional.of(row.partition()), detail));
            }
        }
    }

    private static @Nullable PlanTag read(String sent, int commitBytes, int placeBytes) {
        if (sent.length() < 2 || sent.charAt(0) != '"' || sent.charAt(sent.length() - 1) != '"') {
            return null;
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(sent.substring(1, sent.length() - 1));
        } catch (IllegalArgumentException e) {
            return null;
        }
        if (bytes.length != WHOLE + 2 * PART + commitBytes + placeBytes) {
            return null;
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new PlanTag(
                take(buffer, WHOLE),
                take(buffer, PART),
                take(buffer, PART),
                take(buffer, commitBytes),
                take(buffer, placeBytes));
    }

    private static byte[] take(ByteBuffer buffer, int length) {
        byte[] taken = new byte[length];
        buffer.get(taken);
        return taken;
    }
}
