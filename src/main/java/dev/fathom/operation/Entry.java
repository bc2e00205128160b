package dev.fathom.operation;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.Commits.Commit;
import dev.fathom.cluster.GroupType;
import dev.fathom.cluster.RecordPlace;
import dev.fathom.cluster.TopicPartition;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What stands in the journal: facts in the order they were appended. Fields may be added; a reader leaves out what it does
 * not know. An absent field is null, a list that is absent empty.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "entry")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Entry.Begun.class, name = "begun"),
    @JsonSubTypes.Type(value = Entry.Applying.class, name = "applying"),
    @JsonSubTypes.Type(value = Entry.Withdrawn.class, name = "withdrawn"),
    @JsonSubTypes.Type(value = Entry.Ended.class, name = "ended"),
    @JsonSubTypes.Type(value = Entry.Claimed.class, name = "claimed"),
    @JsonSubTypes.Type(value = Entry.Answered.class, name = "answered"),
    @JsonSubTypes.Type(value = Entry.Released.class, name = "released"),
    @JsonSubTypes.Type(value = Entry.Observed.class, name = "observed")
})
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@RegisterForReflection(
        targets = {
            Entry.Begun.class,
            Entry.Applying.class,
            Entry.Withdrawn.class,
            Entry.Ended.class,
            Entry.Claimed.class,
            Entry.Answered.class,
            Entry.Released.class,
            Entry.Observed.class,
            Entry.StoredChange.class,
            Entry.StoredCommit.class,
            Entry.StoredRow.class,
            Entry.StoredPlace.class,
            Entry.StoredParking.class,
            Entry.StoredRedrive.class,
            Deferral.class,
            Deferral.Target.class
        })
sealed interface Entry {

    /**
     * An operation begins: an intent that is open at once, or, with {@code deferral}, one that waits.
     *
     * @param cluster the name the cluster has in the configuration of the replica that wrote it
     * @param replica the process that wrote it
     * @param key the idempotency key of the request it came with
     * @param unseen true where commits that the service may not see are deleted too; absent elsewhere
     * @param parking the record that is copied first; absent elsewhere
     * @param redrive the parked record that is put back; absent elsewhere
     */
    record Begun(
            String id,
            Kind kind,
            String cluster,
            String group,
            GroupType type,
            String actor,
            String requestId,
            @Nullable String reason,
            String replica,
            @Nullable String undoOf,
            @Nullable String key,
            List<StoredChange> changes,
            List<String> members,
            @Nullable Deferral deferral,
            @Nullable Boolean unseen,
            @Nullable StoredParking parking,
            @Nullable StoredRedrive redrive)
            implements Entry {}

    /**
     * An operation that waited is taken on by a replica, the first to say so; or a replica corrects its own intent.
     *
     * @param parking with where the copy lies, once that is acknowledged
     * @param redrive with where the record lies now, once that is acknowledged
     */
    record Applying(
            String id,
            String replica,
            List<StoredChange> changes,
            @Nullable StoredParking parking,
            @Nullable StoredRedrive redrive)
            implements Entry {}

    /** The replica that had taken on a waiting operation gives it back: the group was not free after all. */
    record Withdrawn(String id, String replica) implements Entry {}

    /**
     * The outcome of an operation. The first one counts.
     *
     * @param whileWaiting whether it ends an operation that waits, and only such a one: cancelled, expired, given up. Where
     *     a replica had taken it on just before, this says nothing
     * @param rows the changes that were not applied and verified
     * @param problem what went wrong with all of it
     */
    record Ended(
            String id,
            String replica,
            Status status,
            boolean whileWaiting,
            List<StoredRow> rows,
            @Nullable String problem)
            implements Entry {}

    /**
     * A request with an idempotency key begins.
     *
     * @param token of this claim, which no other claim has
     * @param request a fingerprint of it
     * @param caller whose key it is; absent in what an earlier version wrote, whose keys were everybody's
     */
    record Claimed(String key, String token, String request, String caller) implements Entry {}

    /** The answer to the request of a key of a caller. */
    record Answered(String key, int status, Map<String, String> headers, byte[] body, String caller) implements Entry {}

    /** The request of a key of a caller changed nothing and may be sent again. */
    record Released(String key, String token, String caller) implements Entry {}

    /**
     * Groups were seen without members and with other commits than before.
     *
     * @param since when the service first saw them so
     * @param commits a fingerprint of what each has committed
     */
    record Observed(Instant since, Map<String, Long> commits) implements Entry {}

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record StoredChange(
            String topic,
            int partition,
            String topicId,
            @Nullable StoredCommit before,
            @Nullable StoredCommit after) {

        static StoredChange of(Change change) {
            return new StoredChange(
                    change.partition().topic(),
                    change.partition().partition(),
                    change.topicId(),
                    StoredCommit.of(change.before()),
                    StoredCommit.of(change.after()));
        }

        Change change() {
            return new Change(
                    new TopicPartition(topic, partition),
                    topicId == null ? "" : topicId,
                    Optional.ofNullable(before).map(StoredCommit::commit),
                    Optional.ofNullable(after).map(StoredCommit::commit));
        }
    }

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record StoredCommit(long offset, @Nullable Integer epoch, String metadata) {

        static @Nullable StoredCommit of(Optional<Commit> commit) {
            return commit.map(c -> new StoredCommit(
                            c.offset(),
                            c.leaderEpoch().isPresent() ? c.leaderEpoch().getAsInt() : null,
                            c.metadata()))
                    .orElse(null);
        }

        Commit commit() {
            return new Commit(
                    offset,
                    epoch == null ? OptionalInt.empty() : OptionalInt.of(epoch),
                    metadata == null ? "" : metadata);
        }
    }

    record StoredPlace(String topic, int partition, long offset) {

        static StoredPlace of(RecordPlace place) {
            return new StoredPlace(place.topic(), place.partition().partition(), place.offset());
        }

        RecordPlace place() {
            return new RecordPlace(new TopicPartition(topic, partition), offset);
        }
    }

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record StoredParking(
            StoredPlace record,
            String to,
            String toTopicId,
            @Nullable StoredPlace copy) {

        static @Nullable StoredParking of(Optional<Parking> parking) {
            return parking.map(known -> new StoredParking(
                            StoredPlace.of(known.record()),
                            known.to(),
                            known.toTopicId(),
                            known.copy().map(StoredPlace::of).orElse(null)))
                    .orElse(null);
        }

        Parking parking() {
            return new Parking(
                    record.place(),
                    to,
                    toTopicId == null ? "" : toTopicId,
                    Optional.ofNullable(copy).map(StoredPlace::place));
        }
    }

    /** @param offset the record has on the topic it was put back on; absent while that is not acknowledged */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record StoredRedrive(
            StoredPlace copy,
            String topicId,
            String topic,
            int partition,
            @Nullable Long offset) {

        static @Nullable StoredRedrive of(Optional<Redrive> redrive) {
            return redrive.map(known -> new StoredRedrive(
                            StoredPlace.of(known.copy()),
                            known.topicId(),
                            known.to().topic(),
                            known.to().partition(),
                            known.offset().isPresent() ? known.offset().getAsLong() : null))
                    .orElse(null);
        }

        Redrive redrive() {
            return new Redrive(
                    copy.place(),
                    topicId == null ? "" : topicId,
                    new TopicPartition(topic, partition),
                    offset == null ? OptionalLong.empty() : OptionalLong.of(offset));
        }
    }

    /** The outcome of a change that was not simply applied and verified; {@code member} instead of a partition for a member. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record StoredRow(
            @Nullable String topic,
            @Nullable Integer partition,
            @Nullable String member,
            Result.Fate fate,
            ClusterException.@Nullable Reason reason,
            @Nullable String problem) {}
}
