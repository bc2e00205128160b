package dev.fathom.http.contract;

import static dev.fathom.http.contract.OpenApiDetails.schema;
import static java.util.Map.entry;

import dev.fathom.http.answer.CsvFile;
import dev.fathom.http.request.Cursor;
import dev.fathom.http.request.KnownParameters;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;

/** What the parameters are that many operations have. One that an operation describes itself stays as it says. */
final class OpenApiParameters {

    /** By name, in a path. */
    private static final Map<String, Consumer<Parameter>> IN_PATH = Map.ofEntries(
            entry("cluster", named("The name the cluster is configured under.", "local")),
            entry(
                    "group",
                    named(
                            "The group's id, percent-encoded; or ~ and the unpadded base64url of it, for ids a path cannot"
                                    + " carry (empty, . and ..) or that start with ~.",
                            "invoices")),
            entry("topic", named("The topic's name, percent-encoded.", "orders")),
            entry("partition", parameter -> parameter
                    .description("The partition's number, from 0.")
                    .schema(schema(SchemaType.INTEGER).format("int32").minimum(BigDecimal.ZERO))
                    .example(0)),
            entry("name", named("The consumer's name.", "orders-to-billing")),
            entry("id", named("The operation's id.", "op-20261120-101500-0f9b2c1e6d5a")));

    /** By name, in a query or a header. */
    private static final Map<String, Consumer<Parameter>> ELSEWHERE = Map.ofEntries(
            entry("limit", parameter -> parameter
                    .description("The most items of one page.")
                    .schema(schema(SchemaType.INTEGER)
                            .format("int32")
                            .minimum(BigDecimal.ONE)
                            .maximum(BigDecimal.valueOf(Cursor.MAX_LIMIT))
                            .defaultValue(Cursor.DEFAULT_LIMIT))),
            entry("cursor", described("Where the page begins: page.next of the page before it. Opaque.")),
            entry(
                    CsvFile.PARTIAL,
                    flag(
                            "For CSV and plan files: whether one that lacks something is wanted all the same. The answer then"
                                    + " says so (X-Complete: false, a name with partial, and in CSV a last column problem);"
                                    + " otherwise it is a 409, or a 503 while brokers are away.")),
            entry("fresh", flag("Whether to bypass every shared snapshot and ask the brokers now.")),
            entry("dryRun", parameter -> parameter
                    .description("Needed: true to plan only, false to do it.")
                    .required(true)
                    .schema(schema(SchemaType.BOOLEAN))),
            entry(
                    "acknowledgeInUse",
                    flag(
                            "Does it although the group's commits move without members (assign()), which otherwise is a 409.")),
            entry(
                    "acknowledgeUnseen",
                    flag("Does it although the cluster's ACLs may hide commits of the group from the service: they are"
                            + " deleted too, and no undo brings them back.")),
            entry("reason", described("Why, for the journal.")),
            entry("If-Match", described("The ETag of a dry run; if what it covers has moved, the answer is 412.")),
            entry(
                    "Idempotency-Key",
                    described(
                            "Makes the call repeatable: within 24 hours the same key and body of the same caller give the same"
                                    + " answer, on any replica; a call that changed nothing gives its key free again. What"
                                    + " keys others use is of no matter.")),
            entry("isolation", parameter -> parameter
                    .description(
                            "Where the end of a log is: the high watermark, or for read_committed the last stable offset.")
                    .schema(schema(SchemaType.STRING)
                            .enumeration(List.of("read_uncommitted", "read_committed"))
                            .defaultValue("read_uncommitted"))));

    private OpenApiParameters() {}

    /** Every read takes it, whether or not its method reads it. */
    static void maybeFresh(Operation operation) {
        boolean said = operation.getParameters() != null
                && operation.getParameters().stream()
                        .anyMatch(parameter -> KnownParameters.FRESH.equals(parameter.getName()));
        if (!said) {
            operation.addParameter(
                    OASFactory.createParameter().name(KnownParameters.FRESH).in(Parameter.In.QUERY));
        }
    }

    static void describe(Operation operation) {
        if (operation.getParameters() == null) {
            return;
        }
        for (Parameter parameter : operation.getParameters()) {
            Map<String, Consumer<Parameter>> known = parameter.getIn() == Parameter.In.PATH ? IN_PATH : ELSEWHERE;
            if (parameter.getDescription() == null && known.containsKey(parameter.getName())) {
                known.get(parameter.getName()).accept(parameter);
            }
        }
    }

    private static Consumer<Parameter> described(String description) {
        return parameter -> parameter.setDescription(description);
    }

    private static Consumer<Parameter> named(String description, String example) {
        return parameter -> parameter.description(description).example(example);
    }

    private static Consumer<Parameter> flag(String description) {
        return parameter -> parameter
                .description(description)
                .schema(schema(SchemaType.BOOLEAN).defaultValue(false));
    }
}
