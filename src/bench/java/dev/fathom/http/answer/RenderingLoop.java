package dev.fathom.http.answer;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.GroupType;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.http.group.OffsetRow;
import dev.fathom.lag.PartitionLag;
import dev.fathom.lag.PartitionStatus;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MultivaluedHashMap;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** From a group's rows to the bytes of their answer and its tag. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class RenderingLoop {

    private static final int TOPICS = 10;

    @Param({"1000", "10000"})
    public int partitions;

    private final Rendering rendering = new Rendering(new ObjectMapper()
            .registerModule(new JavaTimeModule())
            .setSerializationInclusion(JsonInclude.Include.NON_NULL)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS));
    private final ContainerRequestContext request =
            of(ContainerRequestContext.class, Map.of("getMethod", HttpMethod.GET));
    private List<PartitionLag> rows;

    @Setup
    public void measured() throws IOException {
        Commit commit = new Commit(123_456_789, OptionalInt.of(7), "");
        rows = IntStream.range(0, partitions)
                .mapToObj(i -> new PartitionLag(
                        new TopicPartition("topic-" + i % TOPICS, i / TOPICS),
                        Optional.of(commit),
                        0L,
                        123_456_800L,
                        11L,
                        11L,
                        0L,
                        0L,
                        null,
                        PartitionStatus.OK,
                        false,
                        List.of()))
                .toList();
        if (!(rows() instanceof String tag) || !tag.startsWith("W/")) {
            throw new IllegalStateException("not rendered");
        }
    }

    @Benchmark
    public Object rows() throws IOException {
        List<OffsetRow> items =
                rows.stream().map(row -> OffsetRow.of(GroupType.CLASSIC, row)).toList();
        MultivaluedHashMap<String, Object> headers = new MultivaluedHashMap<>();
        Listing<OffsetRow> list = new Listing<>(items, null, List.of(), Instant.EPOCH).complete(true);
        rendering.write(
                request,
                of(ContainerResponseContext.class, Map.of("getStatus", 200, "getEntity", list, "getHeaders", headers)));
        return headers.getFirst(HttpHeaders.ETAG);
    }

    /** What answers so, and nothing else. */
    private static <T> T of(Class<T> type, Map<String, Object> answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> answers.get(method.getName())));
    }
}
