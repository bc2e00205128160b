package dev.fathom.http.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What an answer says has one tag, in whatever pieces it is written. */
class TagTest {

    private static final String OBSERVED = ",\"observedAt\":\"2026-11-30T10:15:00.123456Z\"}";

    private static Tag written(String text, Random pieces) {
        return written(new Tag(false), text, pieces);
    }

    private static Tag written(Tag tag, String text, Random pieces) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int at = 0;
        while (at < bytes.length) {
            int some = pieces == null ? bytes.length : Math.min(bytes.length - at, 1 + pieces.nextInt(20_000));
            if (some == 1) {
                tag.write(bytes[at]);
            } else {
                tag.write(bytes, at, some);
            }
            at += some;
        }
        return tag;
    }

    private static String text(int length, long seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder("{\"items\":\"");
        while (text.length() < length) {
            text.append((char) ('a' + random.nextInt(26)));
        }
        return text.append('"').toString();
    }

    @Property(tries = 200)
    void theTagDependsNeitherOnThePiecesNorOnTheMoment(@ForAll @IntRange(max = 200_000) int length, @ForAll long seed) {
        String said = text(length, seed);

        String tag = written(said + OBSERVED, null).value();

        assertThat(written(said + OBSERVED, new Random(seed)).value()).isEqualTo(tag);
        assertThat(written(said + OBSERVED.replace("10:15:00.123456", "11:00:01.5"), new Random(seed + 1))
                        .value())
                .isEqualTo(tag);
    }

    @Property(tries = 100)
    void oneByteMoreOrLessIsAnotherTag(@ForAll @IntRange(min = 1, max = 100_000) int length, @ForAll long seed) {
        String said = text(length, seed);

        String tag = written(said + OBSERVED, null).value();

        assertThat(written(said + " " + OBSERVED, null).value()).isNotEqualTo(tag);
        assertThat(written(said.substring(1) + OBSERVED, null).value()).isNotEqualTo(tag);
    }

    private static String row(long at, Random random) {
        String words = random.nextBoolean() ? "x\\\"timeLag\\\":{1" : "verdict";
        return "{\"metadata\":\"" + words + "\",\"reason\":\"kept\",\"timeLag\":{\"value\":\"PT" + at
                + "S\",\"note\":\"}],\\\"" + at + "\"},\"recordAge\":" + (at % 2 == 0 ? "null" : "\"PT1S\"")
                + ",\"consumeRate\":" + at + ".5,\"verdict\":{\"status\":\"behind\",\"reason\":\"" + at
                + " are \\\"unread\\\"\"},\"after\":{\"reason\":\"kept\"}}";
    }

    private static String rows(int count, long at, long seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder("{\"items\":[");
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : ",").append(row(at, random));
        }
        return text.append(']').append(OBSERVED).toString();
    }

    @Property(tries = 100)
    void whatPassesIsNoPartOfTheTag(@ForAll @IntRange(min = 1, max = 400) int count, @ForAll long seed) {
        String tag = written(new Tag(true), rows(count, 1, seed), null).value();

        assertThat(written(new Tag(true), rows(count, 1234, seed), new Random(seed))
                        .value())
                .isEqualTo(tag);
        assertThat(written(new Tag(false), rows(count, 1234, seed), null).value())
                .isNotEqualTo(tag);
    }

    @Property(tries = 50)
    void whatStaysIsPartOfTheTag(@ForAll @IntRange(min = 1, max = 400) int count, @ForAll long seed) {
        String said = rows(count, 1, seed);
        int half = said.length() / 2;
        String tag = written(new Tag(true), said, null).value();

        for (String[] change : new String[][] {
            {"\"reason\":\"kept\"", "\"reason\":\"lost\""},
            {"\"status\":\"behind\"", "\"status\":\"losing\""},
            {"{\"reason\":\"kept\"}", "{\"reason\":\"lost\"}"}
        }) {
            int at = Math.max(said.indexOf(change[0], half), said.indexOf(change[0]));
            String other = said.substring(0, at) + change[1] + said.substring(at + change[0].length());

            assertThat(written(new Tag(true), other, new Random(seed)).value()).isNotEqualTo(tag);
        }
    }

    @Example
    void anAnswerIsKeptWithWhatPasses() {
        Tag tag = written(new Tag(true), rows(3, 1, 1), new Random(1));

        assertThat(tag.whole()).hasValueSatisfying(whole -> assertThat(new String(whole, StandardCharsets.UTF_8))
                .isEqualTo(rows(3, 1, 1)));
    }

    @Example
    void aSmallAnswerIsKeptAndALargeOneIsNot() {
        Tag small = written(text(1000, 1), new Random(1));
        Tag large = written(text(100_000, 1), new Random(1));

        assertThat(small.whole()).hasValueSatisfying(whole -> assertThat(whole)
                .isEqualTo(text(1000, 1).getBytes(StandardCharsets.UTF_8)));
        assertThat(large.whole()).isEmpty();
        assertThat(large.length()).isEqualTo(text(100_000, 1).length());
    }
}
