package dev.fathom.http.consumer;

import dev.fathom.cluster.Required;
import dev.fathom.pool.sink.SinkField;
import dev.fathom.pool.sink.SinkKind;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;

/** Adds the schema of sinks to the contract, made of the kinds there are. Runs while the service is built. */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public class SinkSchema implements OASFilter {

    private static final String NAME = "ConsumerSink";

    @Override
    public void filterOpenAPI(OpenAPI contract) {
        String kinds = SinkKind.ALL.stream()
                .map(kind -> kind.type() + ": " + kind.summary())
                .collect(Collectors.joining("; "));
        Schema sink = schema(SchemaType.OBJECT)
                .description("Where records go. " + kinds + ".")
                .addRequired(SinkKind.TYPE)
                .addProperty(
                        SinkKind.TYPE,
                        schema(SchemaType.STRING)
                                .description("The kind; the fields of other kinds stay absent.")
                                .enumeration(SinkKind.ALL.stream()
                                        .<Object>map(SinkKind::type)
                                        .toList()));
        for (SinkKind<?> kind : SinkKind.ALL) {
            kind.fields().forEach(field -> sink.addProperty(field.name(), property(kind, field)));
        }
        contract.getComponents().addSchema(NAME, sink);
        Schema spec = Required.in(contract.getComponents().getSchemas(), "ConsumerSpec");
        spec.addProperty(
                "sink",
                schema(SchemaType.OBJECT)
                        .ref(NAME)
                        .description(Required.in(spec.getProperties(), "sink").getDescription()));
    }

    private static Schema property(SinkKind<?> kind, SinkField<?, ?> field) {
        Schema property =
                switch (field.type()) {
                    case TEXT -> schema(SchemaType.STRING);
                    case WHOLE_NUMBER -> schema(SchemaType.INTEGER).format("int32");
                    case TEXTS -> schema(SchemaType.ARRAY).items(schema(SchemaType.STRING));
                    case TEXT_BY_NAME ->
                        schema(SchemaType.OBJECT).additionalPropertiesSchema(schema(SchemaType.STRING));
                };
        if (!field.words().isEmpty()) {
            property.enumeration(List.copyOf(field.words()));
        }
        return property.description(kind.type() + ": " + field.description());
    }

    private static Schema schema(SchemaType type) {
        return OASFactory.createSchema().type(List.of(type));
    }
}
