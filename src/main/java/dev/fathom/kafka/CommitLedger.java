package dev.fathom.kafka;

import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.PastCommit;
import dev.fathom.cluster.Topic;
import dev.fathom.cluster.TopicPartition;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.FetchResponse;

/**
 * Reads back what a group had committed, in the log the brokers keep commits in. Asked for with fetch requests of its own, since a
 * consumer passes over the markers of transactions, and when a transaction was committed is all that matters of it.
 *
 * <p>Reads forward over spans that end at the moment and begin ever further before it, until every partition has its answer or a
 * bound is reached: what the {@link CommitFold} tells of a span holds for the whole log. A log may be compacted while it is read,
 * and then a record that was passed and one that was not yet may not go together; so a span of more than one request is read until
 * it gives the same twice: what was there at the second reading was there all through the first.
 */
final class CommitLedger {

    static final String ASKED = "read back its commits (needs Read on the topic \"__consumer_offsets\")";

    private static final long FIRST_SPAN = 20_000;
    private static final int WIDER = 8;
    /** Offsets. Of 100 bytes each as a rule. */
    private static final long LONGEST_SPAN = 10_000_000;

    private static final int TRIES_TO_AGREE = 4;
    /** Brokers' clocks differ by less; what lies this much later in the log did not happen before. */
    private static final long CLOCKS_APART_MILLIS = 60_000;

    private static final int FETCH_BYTES = 4 * 1024 * 1024;
    private static final int FETCH_WAIT_MILLIS = 100;
    /** The last version that names topics instead of giving their ids; every broker knows it. */
    private static final short NAMING_TOPICS = 12;

    private final Connection connection;
    private final Asking asking;

    CommitLedger(Connection connection, Asking asking) {
        this.connection = connection;
        this.asking = asking;
    }

    /** @throws ClusterException where the log cannot be read */
    Map<TopicPartition, PastCommit> committedAt(String group, Instant at, Set<TopicPartition> partitions) {
        Topic.Partition kept = connection.offsetsTopic().of(group, asking).orThrow();
        org.apache.kafka.common.TopicPartition log = OffsetsTopic.log(kept);
        KafkaFuture<Collection<Node>> nodes = asking.admin()
                .describeCluster(
                        new DescribeClusterOptions().timeoutMs(asking.deadline().millisLeft()))
                .nodes();
        Supplier<Optional<Long>> start = where(log, OffsetSpec.earliest());
        Supplier<Optional<Long>> after = where(log, OffsetSpec.forTimestamp(at.toEpochMilli() + CLOCKS_APART_MILLIS));
        Supplier<Optional<Long>> last = where(log, OffsetSpec.latest());
        Node leader = leader(kept, asking.answers().await(nodes, "describe itself"));
        long first = start.get().orElse(0L);
        long end = after.get().or(last).orElse(first);
        try (Wire wire = new Wire(
                connection.clientProperties(Purpose.RECORDS),
                "fathom-" + Purpose.RECORDS.word() + "-commits",
                connection.settings().name(),
                connection.probe()::heard)) {
            return new Reading(wire, leader, log, group, at, end).read(partitions, first);
        }
    }

    private static Node leader(Topic.Partition kept, Collection<Node> nodes) {
        return nodes.stream()
                .filter(node ->
                        kept.leader().isPresent() && node.id() == kept.leader().getAsInt())
                .findFirst()
                .orElseThrow(() -> ClusterException.leaderUnavailable(
                        new TopicPartition(OffsetsTopic.log(kept).topic(), kept.number())));
    }

    /** Asks at once; who takes the answer waits for it. */
    private Supplier<Optional<Long>> where(org.apache.kafka.common.TopicPartition log, OffsetSpec spec) {
        KafkaFuture<ListOffsetsResultInfo> found = asking.admin()
                .listOffsets(
                        Map.of(log, spec),
                        new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED)
                                .timeoutMs(asking.deadline().millisLeft()))
                .partitionResult(log);
        return () -> Optional.of(asking.answers().await(found, ASKED).offset()).filter(offset -> offset >= 0);
    }

    /** One question, on one connection. */
    private final class Reading {

        private final Wire wire;
        private final Node leader;
        private final org.apache.kafka.common.TopicPartition log;
        private final String group;
        private final Instant at;
        private final long end;
        private int fetches;

        Reading(
                Wire wire,
                Node leader,
                org.apache.kafka.common.TopicPartition log,
                String group,
                Instant at,
                long end) {
            this.wire = wire;
            this.leader = leader;
            this.log = log;
            this.group = group;
            this.at = at;
            this.end = end;
        }

        Map<TopicPartition, PastCommit> read(Set<TopicPartition> partitions, long first) {
            Map<TopicPartition, PastCommit> known = new HashMap<>();
            for (long span = FIRST_SPAN; ; span *= WIDER) {
                long from = Math.max(first, end - span);
                try {
                    known = agreed(partitions, from);
                } catch (ClusterException e) {
                    if (known.isEmpty() || e.reason() != Reason.TIMED_OUT) {
                        throw e;
                    }
                    return known;
                }
                boolean everything = known.values().stream()
                        .noneMatch(each -> each instanceof PastCommit.Unknown unknown
                                && unknown.why().equals(CommitFold.GONE));
                if (everything || from == first) {
                    return known;
                }
                String bound = "nothing lies in the " + (end - from) + " offsets of " + log
                        + " before that moment, and further back was not read";
                known.replaceAll((partition, each) -> each instanceof PastCommit.Unknown unknown
                                && unknown.why().equals(CommitFold.GONE)
                        ? new PastCommit.Unknown(bound)
                        : each);
                if (span >= LONGEST_SPAN) {
                    return known;
                }
            }
        }

        /** What two readings in a row, or one that took a single request, came to. */
        private Map<TopicPartition, PastCommit> agreed(Set<TopicPartition> partitions, long from) {
            Map<TopicPartition, PastCommit> before = null;
            for (int i = 0; i < TRIES_TO_AGREE; i++) {
                fetches = 0;
                CommitFold fold = fold(from);
                Map<TopicPartition, PastCommit> now = new HashMap<>();
                partitions.forEach(partition -> now.put(partition, fold.of(partition)));
                if (fetches <= 1 || now.equals(before)) {
                    return now;
                }
                before = now;
            }
            Map<TopicPartition, PastCommit> unsure = new HashMap<>();
            partitions.forEach(partition -> unsure.put(
                    partition,
                    new PastCommit.Unknown("the brokers compacted the log again and again while it was read")));
            return unsure;
        }

        private CommitFold fold(long from) {
            CommitFold fold = new CommitFold(group, at, from);
            long next = from;
            while (next < end) {
                if (asking.deadline().passed()) {
                    throw late();
                }
                FetchResponseData.PartitionData fetched = fetch(next);
                long before = next;
                for (RecordBatch batch : FetchResponse.recordsOrFail(fetched).batches()) {
                    if (batch.lastOffset() >= next) {
                        take(fold, batch);
                        next = batch.nextOffset();
                    }
                }
                if (next == before) {
                    throw late();
                }
            }
            fold.until(next);
            return fold;
        }

        private ClusterException late() {
            return new ClusterException(
                    Reason.TIMED_OUT,
                    "Cluster \"" + connection.settings().name() + "\" did not answer in time when asked to " + ASKED
                            + ".");
        }

        private FetchResponseData.PartitionData fetch(long offset) {
            fetches++;
            FetchRequest.Builder request = FetchRequest.Builder.forConsumer(
                            NAMING_TOPICS,
                            FETCH_WAIT_MILLIS,
                            1,
                            Map.of(
                                    log,
                                    new FetchRequest.PartitionData(
                                            Uuid.ZERO_UUID, offset, -1, FETCH_BYTES, Optional.empty())))
                    .isolationLevel(IsolationLevel.READ_UNCOMMITTED)
                    .setMaxBytes(FETCH_BYTES);
            FetchResponse response = asking.answers()
                    .await(
                            GroupReads.kafka(wire.send(
                                    leader, request, asking.deadline(), FetchResponse.class, Function.identity())),
                            ASKED);
            Errors whole = Errors.forCode(response.data().errorCode());
            FetchResponseData.PartitionData partition = response.data().responses().stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .findFirst()
                    .orElse(null);
            Errors error = partition == null ? whole : Errors.forCode(partition.errorCode());
            if (partition == null || error != Errors.NONE) {
                throw connection
                        .translator()
                        .translate((error == Errors.NONE ? Errors.UNKNOWN_SERVER_ERROR : error).exception(), ASKED);
            }
            return partition;
        }

        private void take(CommitFold fold, RecordBatch batch) {
            for (Record record : batch) {
                fold.there(record.offset());
                if (!batch.isControlBatch()) {
                    OffsetsRecords.key(record.key())
                            .ifPresent(key -> fold.saw(
                                    record.offset(),
                                    record.timestamp(),
                                    batch.isTransactional() ? batch.producerId() : CommitFold.NO_PRODUCER,
                                    key,
                                    OffsetsRecords.said(record.value())));
                } else {
                    ControlRecordType type = ControlRecordType.parse(record.key());
                    if (type == ControlRecordType.COMMIT || type == ControlRecordType.ABORT) {
                        fold.ended(record.timestamp(), batch.producerId(), type == ControlRecordType.COMMIT);
                    }
                }
            }
        }
    }
}
