package dev.fathom.http;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import dev.fathom.http.model.GroupCsvRow;
import dev.fathom.http.model.OffsetCsvRow;
import dev.fathom.http.problem.ProblemException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.util.List;

/** Answers as CSV: a whole list, never a page of one. */
final class Csv {

    static final String TEXT_CSV = "text/csv";

    private static final CsvMapper MAPPER = new CsvMapper();

    private Csv() {}

    /** A line of the plan file of Kafka's own {@code kafka-consumer-groups.sh --from-file}, for one group. */
    @JsonPropertyOrder({"topic", "partition", "offset"})
    record KafkaOffset(String topic, int partition, long offset) {}

    /** The same for several groups. */
    @JsonPropertyOrder({"group", "topic", "partition", "offset"})
    record KafkaGroupOffset(String group, String topic, int partition, long offset) {}

    /** Whether the caller prefers CSV to JSON. */
    static boolean wantedBy(HttpHeaders headers) {
        for (MediaType accepted : headers.getAcceptableMediaTypes()) {
            if (accepted.isCompatible(MediaType.APPLICATION_JSON_TYPE)) {
                return false;
            }
            if (accepted.isCompatible(MediaType.valueOf(TEXT_CSV))) {
                return true;
            }
        }
        return false;
    }

    static String offsets(List<OffsetCsvRow> rows) {
        return write(OffsetCsvRow.class, rows, true);
    }

    static String groups(List<GroupCsvRow> rows) {
        return write(GroupCsvRow.class, rows, true);
    }

    static String plan(List<KafkaOffset> rows) {
        return write(KafkaOffset.class, rows, false);
    }

    static String planOfGroups(List<KafkaGroupOffset> rows) {
        return write(KafkaGroupOffset.class, rows, false);
    }

    /** The lines of a file without a header, as their fields. */
    static List<List<String>> lines(byte[] body) {
        try (MappingIterator<List<String>> lines = MAPPER.readerForListOf(String.class)
                .with(CsvParser.Feature.WRAP_AS_ARRAY)
                .with(CsvParser.Feature.TRIM_SPACES)
                .readValues(body)) {
            return lines.readAll();
        } catch (IOException e) {
            throw ProblemException.parameter("body", "is not CSV.");
        }
    }

    private static <T> String write(Class<T> row, List<T> rows, boolean header) {
        CsvSchema schema = MAPPER.schemaFor(row);
        try {
            return MAPPER.writer(header ? schema.withHeader() : schema).writeValueAsString(rows);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
