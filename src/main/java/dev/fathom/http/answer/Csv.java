package dev.fathom.http.answer;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import dev.fathom.http.problem.ItemProblem;
import dev.fathom.http.problem.ProblemException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Answers as CSV: a whole list, never a page of one. */
public final class Csv {

    public static final String TEXT_CSV = "text/csv";

    private static final CsvMapper MAPPER = new CsvMapper();
    private static final String PROBLEM = "problem";

    private Csv() {}

    /** A line of the plan file of Kafka's own {@code kafka-consumer-groups.sh --from-file}, for one group. */
    @JsonPropertyOrder({"topic", "partition", "offset"})
    public record KafkaOffset(String topic, int partition, long offset) {}

    /** The same for several groups. */
    @JsonPropertyOrder({"group", "topic", "partition", "offset"})
    public record KafkaGroupOffset(String group, String topic, int partition, long offset) {}

    /** Whether the caller prefers CSV to JSON. */
    public static boolean wantedBy(HttpHeaders headers) {
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

    public static StreamingOutput plan(Iterable<KafkaOffset> rows) {
        return write(MAPPER.schemaFor(KafkaOffset.class), rows);
    }

    public static StreamingOutput planOfGroups(Iterable<KafkaGroupOffset> rows) {
        return write(MAPPER.schemaFor(KafkaGroupOffset.class), rows);
    }

    /** The lines of a file without a header, as their fields. */
    public static List<List<String>> lines(byte[] body) {
        try (MappingIterator<List<String>> lines = MAPPER.readerForListOf(String.class)
                .with(CsvParser.Feature.WRAP_AS_ARRAY)
                .with(CsvParser.Feature.TRIM_SPACES)
                .readValues(body)) {
            return lines.readAll();
        } catch (IOException e) {
            throw ProblemException.parameter("body", "is not CSV.");
        }
    }

    /**
     * With a header, and where something is missing with a last column for what, and a line for each.
     *
     * @param rows gone through each time the file is written
     */
    public static <T> StreamingOutput write(Class<T> row, Iterable<T> rows, List<ItemProblem> missing) {
        CsvSchema schema = MAPPER.schemaFor(row).withHeader();
        if (missing.isEmpty()) {
            return write(schema, rows);
        }
        CsvSchema wider = schema.rebuild().addColumn(PROBLEM).build();
        List<String[]> lines = new ArrayList<>();
        for (ItemProblem problem : missing) {
            String[] line = new String[wider.size()];
            Arrays.fill(line, "");
            line[0] = problem.id() == null ? "" : problem.id();
            line[line.length - 1] = problem.detail();
            lines.add(line);
        }
        return write(wider, () -> Stream.concat(StreamSupport.stream(rows.spliterator(), false), lines.stream())
                .iterator());
    }

    private static StreamingOutput write(CsvSchema schema, Iterable<?> rows) {
        ObjectWriter writer = MAPPER.writer(schema)
                .without(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                .without(SerializationFeature.FLUSH_AFTER_WRITE_VALUE);
        return out -> {
            try (SequenceWriter lines = writer.writeValuesAsArray(out)) {
                for (Object row : rows) {
                    lines.write(row);
                }
            }
        };
    }
}
