package dev.fathom.pool.sink;

import dev.fathom.cluster.WireNames;
import dev.fathom.pool.definition.SinkSpec;
import dev.fathom.pool.definition.SpecErrors;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Writes each record to the service's log.
 *
 * @param sample one record of so many is written, all are taken
 */
@RegisterForReflection
public record LogSpec(Level level, int sample) implements SinkSpec {

    public enum Level {
        DEBUG,
        INFO,
        WARN
    }

    @Override
    public void check(SpecErrors errors) {
        errors.between("/sink/sample", sample, 1, Integer.MAX_VALUE);
    }

    static final class Kind extends SinkKind<LogSpec> {

        private static final SinkField<LogSpec, String> LEVEL = new SinkField<>(
                "level",
                SinkField.Type.TEXT,
                false,
                Stream.of(Level.values()).map(WireNames::of).toList(),
                "the level. Default: info.",
                spec -> WireNames.of(spec.level()));
        private static final SinkField<LogSpec, Integer> SAMPLE = new SinkField<>(
                "sample",
                SinkField.Type.WHOLE_NUMBER,
                false,
                "one record of so many is written; all are taken. Default: 1.",
                LogSpec::sample);

        Kind() {
            super("log", "a line each in the service's log", LogSpec.class, List.of(LEVEL, SAMPLE));
        }

        @Override
        LogSpec read(Map<String, Object> fields) {
            Optional<Level> level = LEVEL.in(fields).map(word -> Level.valueOf(word.toUpperCase(Locale.ROOT)));
            return new LogSpec(level.orElse(Level.INFO), SAMPLE.in(fields).orElse(1));
        }

        @Override
        Sink open(LogSpec spec, Opening opening) {
            return new LogSink(spec);
        }
    }
}
