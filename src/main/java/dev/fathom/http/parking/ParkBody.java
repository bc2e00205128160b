package dev.fathom.http.parking;

import dev.fathom.cluster.Isolation;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.http.request.BodyErrors;
import dev.fathom.http.words.WordsOf;
import dev.fathom.operation.Blocker.Acknowledgement;
import dev.fathom.reset.ParkRequest;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Which record is to be parked. */
@Schema(name = "ParkRequest", description = "Which record is to be parked.")
record ParkBody(
        @Schema(
                description = "Whether to plan only. Nothing is assumed: a call that does not say is refused.",
                required = true)
        @Nullable
        Boolean dryRun,

        @Schema(description = "The topic the group stands at the record of.", required = true) @Nullable
        String topic,

        @Schema(description = "The partition's number.", required = true, minimum = "0") @Nullable
        Integer partition,

        @Schema(
                description =
                        "The offset the record must have; absent for whichever the group stands at: the record at its commit,"
                                + " or the first after it.",
                minimum = "0")
        @Nullable
        Long offset,

        @Schema(description = "The topic its copy goes to, which must exist.", required = true) @Nullable
        String to,

        @Schema(
                description =
                        "Which records the group's members are given: with read_committed those of aborted transactions are not"
                                + " among them.",
                defaultValue = "read_uncommitted")
        @WordsOf(Isolation.class)
        @Nullable
        String isolation,

        @Schema(description = "Whether a commit held by an open transaction blocks the move.", defaultValue = "true")
        @Nullable
        Boolean stable,

        @Schema(
                description = "Moves the group although its commits move without members (assign()).",
                defaultValue = "false")
        @Nullable
        Boolean acknowledgeInUse,

        @Schema(
                description = "Moves a Kafka Streams application although its state stays as it is.",
                defaultValue = "false")
        @Nullable
        Boolean acknowledgeStateKept,

        @Schema(
                description =
                        "Parks the record although an earlier attempt may have left a copy in a topic that has too many records"
                                + " to see.",
                defaultValue = "false")
        @Nullable
        Boolean acknowledgeMaybeParked,

        @Schema(
                description = "Why: for the journal, and for the copy's header __dlq.errors.message.",
                examples = "not valid JSON")
        @Nullable
        String reason) {

    ParkRequest request() {
        BodyErrors errors = new BodyErrors();
        errors.needDryRun(dryRun);
        if (topic == null || topic.isEmpty()) {
            errors.add("/topic", "required: the name of a topic.");
        }
        if (partition == null || partition < 0) {
            errors.add("/partition", "required: the number of a partition, from 0.");
        }
        if (offset != null && offset < 0) {
            errors.add("/offset", offset + " is not an offset: offsets start at 0.");
        }
        if (to == null || to.isEmpty()) {
            errors.add("/to", "required: the name of the topic that the copy goes to.");
        }
        Isolation read = errors.word(isolation, "/isolation", Isolation.values(), Isolation::wireName)
                .orElse(Isolation.READ_UNCOMMITTED);
        Optional<String> why = errors.text(reason, "/reason");
        errors.throwIfAny();
        return new ParkRequest(
                new TopicPartition(Objects.requireNonNull(topic), Objects.requireNonNull(partition)),
                offset == null ? OptionalLong.empty() : OptionalLong.of(offset),
                Objects.requireNonNull(to),
                read,
                stable == null || stable,
                acknowledged(),
                why);
    }

    private Set<Acknowledgement> acknowledged() {
        return Acknowledgement.of(one -> switch (one) {
            case IN_USE -> acknowledgeInUse;
            case STATE_KEPT -> acknowledgeStateKept;
            case MAYBE_PARKED -> acknowledgeMaybeParked;
            default -> false;
        });
    }
}
