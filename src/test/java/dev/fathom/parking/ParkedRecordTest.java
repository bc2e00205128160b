package dev.fathom.parking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.cluster.LogRecord;
import dev.fathom.cluster.LogRecord.Header;
import dev.fathom.cluster.LogRecord.TimestampType;
import dev.fathom.cluster.RecordPlace;
import dev.fathom.cluster.TopicPartition;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ParkedRecordTest {

    private static final TopicPartition FROM = new TopicPartition("orders", 7);
    private static final TopicPartition LOG = new TopicPartition("parked", 1);
    private static final Instant TIME = Instant.ofEpochMilli(1_700_000_000_123L);

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static LogRecord record(
            long offset, Optional<Instant> time, byte[] key, byte[] value, List<Header> headers) {
        return new LogRecord(offset, time, TimestampType.CREATE_TIME, key, value, headers);
    }

    /** As a broker stores it: at another offset, and perhaps with a time of its own. */
    private static LogRecord stored(LogRecord copy, Optional<Instant> time) {
        return new LogRecord(42, time, TimestampType.LOG_APPEND_TIME, copy.key(), copy.value(), copy.headers());
    }

    private static ParkedRecord readBack(LogRecord original, String group, Optional<String> message) {
        LogRecord copy = ParkedRecord.copyOf(FROM, original, group, message);
        return ParkedRecord.of(LOG, stored(copy, Optional.of(TIME.plusSeconds(99))))
                .orElseThrow();
    }

    private static List<String> names(LogRecord record) {
        return record.headers().stream().map(Header::key).toList();
    }

    @Property
    void whatIsParkedIsReadBackAsItWas(
            @ForAll @LongRange(min = 0) long offset,
            @ForAll byte[] key,
            @ForAll byte[] value,
            @ForAll @Size(max = 5) List<byte[]> headers,
            @ForAll String group) {
        List<Header> all = new ArrayList<>();
        for (byte[] header : headers) {
            // Names that occur twice, and names that are ours.
            all.add(new Header(header.length % 2 == 0 ? "twice" : ParkedRecord.OFFSET, header));
        }
        String id = new String(bytes(group), StandardCharsets.UTF_8);
        LogRecord original = record(offset, Optional.of(TIME), key, value, all);

        ParkedRecord parked = readBack(original, id, Optional.of("why"));

        assertThat(ParkedRecord.same(parked.original(), original)).isTrue();
        assertThat(parked.record()).isEqualTo(new RecordPlace(FROM, offset));
        assertThat(parked.copy()).isEqualTo(new RecordPlace(LOG, 42));
        assertThat(parked.group()).isEqualTo(id);
        assertThat(parked.message()).contains("why");
        assertThat(parked.isCopyOf(FROM, original, id)).isTrue();
    }

    @Test
    void theHeadersAreKafkasAndComeAfterTheRecordsOwn() {
        LogRecord original = record(5, Optional.of(TIME), null, null, List.of(new Header("h", null)));

        LogRecord copy = ParkedRecord.copyOf(FROM, original, "billing", Optional.of("not JSON"));

        assertThat(names(copy))
                .containsExactly(
                        "h",
                        "fathom.parked",
                        "__dlq.errors.topic",
                        "__dlq.errors.partition",
                        "__dlq.errors.offset",
                        "__dlq.errors.group",
                        "__dlq.errors.message",
                        "fathom.parked.timestamp");
        assertThat(copy.headers().stream().skip(2).map(header -> new String(header.value(), StandardCharsets.UTF_8)))
                .containsExactly("orders", "7", "5", "billing", "not JSON", "1700000000123");
        assertThat(copy.key()).isNull();
        assertThat(copy.value()).isNull();
    }

    @Test
    void aRecordParkedTwiceKeepsWhatItSaysOfTheFirstTime() {
        LogRecord first =
                ParkedRecord.copyOf(FROM, record(5, Optional.of(TIME), null, null, List.of()), "a", Optional.of("x"));
        LogRecord onTopic = record(9, Optional.of(TIME), null, null, first.headers());

        ParkedRecord second = readBack(onTopic, "b", Optional.empty());

        assertThat(second.group()).isEqualTo("b");
        assertThat(second.record().offset()).isEqualTo(9);
        assertThat(second.message()).isEmpty();
        assertThat(names(second.original())).isEqualTo(names(first));
    }

    @Test
    void aRecordWithoutATimestampStaysWithout() {
        LogRecord original = record(5, Optional.empty(), bytes("k"), bytes("v"), List.of());

        assertThat(readBack(original, "g", Optional.empty()).original().timestamp())
                .isEmpty();
    }

    @Test
    void deadLettersOfTheBrokersAreReadTooAndLoseOnlyTheBrokersHeaders() {
        List<Header> headers = List.of(
                new Header("__dlq.errors.topic", bytes("orders")),
                new Header("__dlq.errors.partition", bytes("7")),
                new Header("__dlq.errors.offset", bytes("12")),
                new Header("__dlq.errors.group", bytes("workers")),
                new Header("__dlq.errors.delivery.count", bytes("5")),
                new Header("other", bytes("x")));
        ParkedRecord read = ParkedRecord.of(LOG, record(3, Optional.of(TIME), bytes("k"), bytes("v"), headers))
                .orElseThrow();

        assertThat(read.record()).isEqualTo(new RecordPlace(FROM, 12));
        assertThat(read.group()).isEqualTo("workers");
        assertThat(names(read.original())).containsExactly("other");
        assertThat(read.original().timestamp()).contains(TIME);
    }

    @Test
    void whatDoesNotSayWhereItCameFromWasNotParked() {
        List<Header> whole = ParkedRecord.copyOf(
                        FROM, record(5, Optional.of(TIME), null, null, List.of()), "g", Optional.empty())
                .headers();
        assertThat(ParkedRecord.of(LOG, record(1, Optional.of(TIME), null, null, List.of())))
                .isEmpty();
        for (String name :
                List.of(ParkedRecord.TOPIC, ParkedRecord.PARTITION, ParkedRecord.OFFSET, ParkedRecord.GROUP)) {
            List<Header> less =
                    whole.stream().filter(header -> !header.key().equals(name)).toList();
            assertThat(ParkedRecord.of(LOG, record(1, Optional.of(TIME), null, null, less)))
                    .as(name)
                    .isEmpty();
        }
        for (String number : List.of("", "-1", "x", "+1", "9223372036854775808", "99999999999999999999")) {
            List<Header> wrong = whole.stream()
                    .map(header ->
                            header.key().equals(ParkedRecord.OFFSET) ? new Header(header.key(), bytes(number)) : header)
                    .toList();
            assertThat(ParkedRecord.of(LOG, record(1, Optional.of(TIME), null, null, wrong)))
                    .as(number)
                    .isEmpty();
        }
    }

    @Test
    void theSamePlaceWithOtherContentIsNoCopyAsOfATopicThatWasMadeAnew() {
        LogRecord original = record(5, Optional.of(TIME), bytes("k"), bytes("v"), List.of(new Header("h", bytes("1"))));
        ParkedRecord parked = readBack(original, "g", Optional.empty());

        assertThat(parked.isCopyOf(FROM, original, "g")).isTrue();
        assertThat(parked.isCopyOf(FROM, original, "other")).isFalse();
        assertThat(parked.isCopyOf(new TopicPartition("orders", 6), original, "g"))
                .isFalse();
        List<LogRecord> others = List.of(
                record(6, Optional.of(TIME), bytes("k"), bytes("v"), original.headers()),
                record(5, Optional.of(TIME.plusMillis(1)), bytes("k"), bytes("v"), original.headers()),
                record(5, Optional.of(TIME), null, bytes("v"), original.headers()),
                record(5, Optional.of(TIME), bytes("k"), null, original.headers()),
                record(5, Optional.of(TIME), bytes("k"), bytes("v"), List.of(new Header("h", bytes("2")))),
                record(5, Optional.of(TIME), bytes("k"), bytes("v"), List.of()));
        assertThat(others).noneMatch(other -> parked.isCopyOf(FROM, other, "g"));
    }
}
