package dev.fathom.operation;

import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.GroupDescription;
import dev.fathom.cluster.GroupState;
import dev.fathom.cluster.Member;
import dev.fathom.cluster.TopicPartition;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Why a change cannot be made now. A dry run lists its blockers, the real call fails with the first.
 *
 * @param members who block it, for {@code GROUP_NOT_EMPTY} and {@code TOPIC_SUBSCRIBED}
 * @param partition the one it is about; empty when it is about the group
 * @param liftedBy the field of a request that lifts it; empty where none does
 */
public record Blocker(
        Why why, String detail, List<Member> members, Optional<TopicPartition> partition, Optional<String> liftedBy) {

    public Blocker(Why why, String detail, List<Member> members, Optional<TopicPartition> partition) {
        this(why, detail, members, partition, Optional.empty());
    }

    public enum Why {
        READ_ONLY,
        /** The caller may look at the group and not change it. */
        FORBIDDEN,
        /** The group or a topic is one the service itself runs on. */
        OWN,
        NOT_AUTHORIZED,
        GROUP_NOT_EMPTY,
        /** Empty, and yet its commits move. */
        GROUP_IN_USE,
        TOPIC_SUBSCRIBED,
        /** State stores stay as they are; to be acknowledged. */
        STATE_KEPT,
        /** An open transaction holds a commit, so somebody is at work there. */
        PENDING_TRANSACTION,
        /** Undo only: the topic was recreated since. */
        TOPIC_RECREATED,
        /** Undo only: the commit is no longer the operation's. */
        CHANGED_SINCE,
        /** Undo only: what was committed lies outside the log. */
        OUT_OF_LOG,
        /** Park and redrive only: the topic takes no record so large, or keeps none so old. */
        RECORD_REFUSED,
        /** Park only: it was begun before, and whether there is a copy cannot be seen. */
        MAYBE_PARKED,
        /** Redrive only: it was put back before, or that cannot be known. */
        REDRIVEN,
        /** A managed consumer runs the group, and would carry on from where it is. */
        MANAGED,
        JOURNAL
    }

    /** What a request may say so that a blocker does not count. */
    public enum Acknowledgement {
        /** The group seems to be in use by {@code assign()}. */
        IN_USE("acknowledgeInUse"),
        /** The state of a Kafka Streams application stays as it is. */
        STATE_KEPT("acknowledgeStateKept"),
        /** Commits that the service may not see are lost. */
        UNSEEN("acknowledgeUnseen"),
        /** Undo only: an old offset lies outside the log. */
        OUT_OF_RANGE("acknowledgeOutOfRange"),
        /** Undo only: a commit is no longer the one the operation left. */
        CHANGED_SINCE("overwriteChanged"),
        /** Park only: there may be a copy that cannot be seen. */
        MAYBE_PARKED("acknowledgeMaybeParked"),
        /** Redrive only: the record was put back before. */
        REDRIVEN("acknowledgeRedriven");

        private final String field;

        Acknowledgement(String field) {
            this.field = field;
        }

        /** The field or parameter of the request. */
        public String field() {
            return field;
        }

        /** Those that are given; null, as where a field is left out, is not. */
        public static Set<Acknowledgement> of(Function<Acknowledgement, Boolean> given) {
            return Arrays.stream(values())
                    .filter(each -> Boolean.TRUE.equals(given.apply(each)))
                    .collect(Collectors.toUnmodifiableSet());
        }
    }

    /** How the names of the groups and topics that the service runs on begin. */
    public static final String OWN_PREFIX = "__fathom_";

    public static Blocker of(Why why, String detail) {
        return new Blocker(why, detail, List.of(), Optional.empty());
    }

    public static Blocker of(Why why, TopicPartition partition, String detail) {
        return new Blocker(why, detail, List.of(), Optional.of(partition));
    }

    /** The same, with what lifts it, which its detail says too. */
    public Blocker unless(Acknowledgement acknowledgement, String hint) {
        return new Blocker(
                why,
                detail + " " + hint.replace("{}", acknowledgement.field() + ": true"),
                members,
                partition,
                Optional.of(acknowledgement.field()));
    }

    /** The same, lifted by {@code stable: false}. */
    public Blocker unlessUnstable() {
        return new Blocker(why, detail, members, partition, Optional.of("stable"));
    }

    public boolean isLiftedBy(Set<Acknowledgement> acknowledged) {
        return acknowledged.stream()
                .anyMatch(given -> liftedBy.filter(given.field()::equals).isPresent());
    }

    public static Blocker readOnly(String cluster) {
        return of(
                Why.READ_ONLY,
                "Cluster \"" + cluster + "\" is read-only here (fathom.read-only or fathom.clusters." + cluster
                        + ".read-only); dry runs are allowed.");
    }

    public static Blocker forbidden(String group) {
        return of(Why.FORBIDDEN, "The caller may not change group \"" + group + "\": that needs the level operator.");
    }

    public static Blocker journal(ClusterException problem) {
        return of(
                Why.JOURNAL,
                "The journal cannot be written, and changes need it (fathom.journal.required): "
                        + problem.getMessage());
    }

    /** Whether a group or topic is one the service runs on. */
    public static boolean isOwn(String name) {
        return name.startsWith(OWN_PREFIX);
    }

    public static Optional<Blocker> own(String group) {
        return isOwn(group)
                ? Optional.of(of(Why.OWN, "Group \"" + group + "\" is one the service itself runs on."))
                : Optional.empty();
    }

    public static Blocker managed(String group, String consumer) {
        return of(
                Why.MANAGED,
                "Group \"" + group + "\" is run by managed consumer \"" + consumer
                        + "\". A reset or an undo may send pauseConsumers: true; for anything else stop the consumer first.");
    }

    /** A group with members. */
    public static Optional<Blocker> notEmpty(GroupDescription group) {
        return notEmpty(group, "stop them first, or send waitForEmpty to have it done once they are gone.");
    }

    /** @param hint what to do about them */
    public static Optional<Blocker> notEmpty(GroupDescription group, String hint) {
        if (group.members().isEmpty() && group.state() == GroupState.EMPTY) {
            return Optional.empty();
        }
        int members = group.members().size();
        String detail = "Group \"" + group.id() + "\" is " + group.state().wireName() + " with " + members
                + (members == 1 ? " member" : " members")
                + "; " + hint;
        return Optional.of(new Blocker(Why.GROUP_NOT_EMPTY, detail, group.members(), Optional.empty()));
    }

    public static Blocker inUse(String group) {
        return of(
                        Why.GROUP_IN_USE,
                        "Group \"" + group
                                + "\" has no members, and yet its commits moved within the last minute: something"
                                + " commits to it without joining, by assign().")
                .unless(Acknowledgement.IN_USE, "Stop that first, or send {}.");
    }

    /**
     * Blocks moving a commit. A coordinator takes the later of two commits in its log, so a move is not undone by a transaction
     * that had sent its commit before; but its sender is still at work.
     */
    public static Blocker pendingTransaction(TopicPartition partition) {
        return of(
                        Why.PENDING_TRANSACTION,
                        partition,
                        "An open transaction holds a commit on " + partition
                                + ". A move made now comes after it and stays, whether the transaction commits or aborts;"
                                + " but what opened it is at work, and its next commit replaces the move. Until it ends,"
                                + " members that start wait for it. Stop what opened it, or send stable: false.")
                .unlessUnstable();
    }

    /** Blocks deleting a commit: the coordinator deletes what transactions hold along with it. */
    public static Blocker pendingDeletion(TopicPartition partition) {
        return of(
                        Why.PENDING_TRANSACTION,
                        partition,
                        "An open transaction holds a commit on " + partition
                                + ". It would be deleted too, the transaction would end without it, and undo cannot restore it."
                                + " Wait for it to end, or send stable: false.")
                .unlessUnstable();
    }

    /** Commits on topics that the service may not see are deleted with a group, unread. */
    public static Blocker unseen(String cluster, String group) {
        return of(
                        Why.NOT_AUTHORIZED,
                        "The ACLs of cluster \"" + cluster
                                + "\" may hide topics from the service (it needs Describe on all"
                                + " topics), so group \"" + group
                                + "\" may have commits that it does not see. They would be"
                                + " deleted too, and undo cannot restore them.")
                .unless(Acknowledgement.UNSEEN, "Grant it that, or send {}.");
    }

    /** A topic that takes no record so large. */
    public static Blocker recordRefused(String topic, long bytes, int most) {
        return of(
                Why.RECORD_REFUSED,
                "Topic \"" + topic + "\" would refuse the record: it has at least " + bytes
                        + " bytes with its headers, and the topic takes " + most + " (max.message.bytes).");
    }

    /** A topic that deletes a record soon after it is written, by the age it comes with. */
    public static Blocker recordTooOld(String topic, Instant timestamp, Duration kept) {
        return of(
                Why.RECORD_REFUSED,
                "Topic \"" + topic + "\" keeps records for " + kept
                        + " (retention.ms) by their own timestamps, and this one is of "
                        + timestamp
                        + ": its copy would be deleted at once. Raise retention.ms, or have the topic set times"
                        + " itself (message.timestamp.type=LogAppendTime): the copy says in a header which it had.");
    }

    /** Topic rights that the service's own principal lacks. */
    public static Optional<Blocker> lackingOn(String topic, Set<String> granted, List<String> needed) {
        return granted.containsAll(needed)
                ? Optional.empty()
                : Optional.of(of(
                        Why.NOT_AUTHORIZED,
                        "The cluster's ACLs do not let the service do this: it needs Read and Write on topic \"" + topic
                                + "\"."));
    }

    /** An ACL that the service's own principal lacks. */
    public static Optional<Blocker> lacking(GroupDescription group, String right, String name) {
        boolean told = !group.authorizedOperations().isEmpty();
        return told && !group.authorizedOperations().contains(right)
                ? Optional.of(of(
                        Why.NOT_AUTHORIZED,
                        "The cluster's ACLs do not let the service do this: it needs " + name + " on group \""
                                + group.id() + "\"."))
                : Optional.empty();
    }
}
