package dev.fathom.http.request;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.type.LogicalType;
import dev.fathom.cluster.Required;
import io.quarkus.jackson.ObjectMapperCustomizer;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;

/** Reads bodies to the letter: a key given twice, anything after the end, or a value of another type, is an
 * error and no guess. */
@Singleton
public class StrictJson implements ObjectMapperCustomizer {

    /** What Jackson would turn into a value of each kind unasked. */
    private static final Map<LogicalType, List<CoercionInputShape>> OTHERS = Map.of(
            LogicalType.Integer,
                    List.of(
                            CoercionInputShape.String,
                            CoercionInputShape.EmptyString,
                            CoercionInputShape.Float,
                            CoercionInputShape.Boolean),
            LogicalType.Boolean,
                    List.of(CoercionInputShape.String, CoercionInputShape.EmptyString, CoercionInputShape.Integer),
            LogicalType.Textual,
                    List.of(CoercionInputShape.Integer, CoercionInputShape.Float, CoercionInputShape.Boolean));

    @Override
    public void customize(ObjectMapper mapper) {
        mapper.getFactory().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION.mappedFeature());
        mapper.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        for (LogicalType type : List.of(LogicalType.Integer, LogicalType.Boolean, LogicalType.Textual)) {
            for (CoercionInputShape other : Required.in(OTHERS, type)) {
                mapper.coercionConfigFor(type).setCoercion(other, CoercionAction.Fail);
            }
        }
    }
}
