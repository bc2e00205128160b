package dev.fathom.kafka;

import dev.fathom.cluster.Inquiry;
import dev.fathom.cluster.OpenTransaction;
import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.PastCommit;
import dev.fathom.cluster.Required;
import dev.fathom.cluster.TopicPartition;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.DescribeProducersOptions;
import org.apache.kafka.clients.admin.DescribeProducersResult;
import org.apache.kafka.clients.admin.DescribeTransactionsOptions;
import org.apache.kafka.clients.admin.DescribeTransactionsResult;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;

/**
 * Open transactions, by what leaders know of producers and coordinators of transactional ids, from 3.0 on: a leader tells only
 * who may read the topic, a coordinator only who may describe the transactional id.
 */
final class KafkaInquiry implements Inquiry {

    private static final String OFFSETS_RETENTION = "offsets.retention.minutes";

    private final CommitLedger ledger;
    private final Admin admin;
    private final Deadline deadline;
    private final Answers answers;

    KafkaInquiry(Connection connection, Asking asking) {
        this.ledger = new CommitLedger(connection, asking);
        this.admin = asking.admin();
        this.deadline = asking.deadline();
        this.answers = asking.answers();
    }

    @Override
    public Outcome<Duration> offsetsRetention(int broker) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.BROKER, Integer.toString(broker));
        return answers.outcome(
                admin.describeConfigs(List.of(resource), new DescribeConfigsOptions().timeoutMs(deadline.millisLeft()))
                        .all(),
                configs -> Duration.ofMinutes(Long.parseLong(
                        Required.in(configs, resource).get(OFFSETS_RETENTION).value())),
                "describe the configuration of a broker (needs DescribeConfigs on the cluster)");
    }

    @Override
    public Outcome<Map<TopicPartition, PastCommit>> committedAt(
            String group, Instant at, Set<TopicPartition> partitions) {
        return answers.outcome(() -> ledger.committedAt(group, at, partitions), CommitLedger.ASKED);
    }

    @Override
    public Map<TopicPartition, OpenTransaction> openTransactions(Collection<TopicPartition> partitions) {
        Map<TopicPartition, ProducerState> holding = new LinkedHashMap<>();
        producers(partitions)
                .forEach((partition, states) -> first(states).ifPresent(state -> holding.put(partition, state)));
        Map<Long, String> ids = transactionalIds(
                holding.values().stream().map(ProducerState::producerId).collect(Collectors.toSet()));
        Map<String, TransactionDescription> descriptions = descriptions(ids.values());
        Map<TopicPartition, OpenTransaction> open = new HashMap<>();
        holding.forEach((partition, producer) -> {
            Optional<String> id = Optional.ofNullable(ids.get(producer.producerId()));
            open.put(partition, open(producer, id, id.map(descriptions::get)));
        });
        return open;
    }

    private Map<TopicPartition, List<ProducerState>> producers(Collection<TopicPartition> partitions) {
        DescribeProducersResult asked = admin.describeProducers(
                partitions.stream().map(KafkaInquiry::kafka).toList(),
                new DescribeProducersOptions().timeoutMs(deadline.millisLeft()));
        Map<TopicPartition, List<ProducerState>> known = new LinkedHashMap<>();
        partitions.forEach(partition -> answers.outcome(
                        asked.partitionResult(kafka(partition)),
                        "describe the producers of " + partition + " (needs Read on the topic)")
                .value()
                .ifPresent(state -> known.put(partition, state.activeProducers())));
        return known;
    }

    private static org.apache.kafka.common.TopicPartition kafka(TopicPartition partition) {
        return new org.apache.kafka.common.TopicPartition(partition.topic(), partition.partition());
    }

    /** The last stable offset is where the first of the open transactions begins. */
    private static Optional<ProducerState> first(List<ProducerState> states) {
        return states.stream()
                .filter(state -> state.currentTransactionStartOffset().isPresent())
                .min(Comparator.comparing(
                        state -> state.currentTransactionStartOffset().getAsLong()));
    }

    /** By producer id, of those that some coordinator knows. */
    private Map<Long, String> transactionalIds(Set<Long> producers) {
        if (producers.isEmpty()) {
            return Map.of();
        }
        KafkaFuture<Collection<TransactionListing>> asked = admin.listTransactions(new ListTransactionsOptions()
                        .filterProducerIds(producers)
                        .timeoutMs(deadline.millisLeft()))
                .all();
        return answers
                .outcome(asked, "list its transactions (needs Describe on the transactional ids)")
                .value()
                .stream()
                .flatMap(Collection::stream)
                .collect(Collectors.toMap(
                        TransactionListing::producerId, TransactionListing::transactionalId, (one, other) -> one));
    }

    private Map<String, TransactionDescription> descriptions(Collection<String> ids) {
        if (ids.isEmpty()) {
            return Map.of();
        }
        DescribeTransactionsResult asked =
                admin.describeTransactions(ids, new DescribeTransactionsOptions().timeoutMs(deadline.millisLeft()));
        Map<String, KafkaFuture<TransactionDescription>> futures = new LinkedHashMap<>();
        ids.forEach(id -> futures.put(id, asked.description(id)));
        Map<String, TransactionDescription> known = new HashMap<>();
        answers.outcomes(futures, Function.identity(), id -> "describe transaction \"" + id + "\"")
                .forEach((id, outcome) -> outcome.value().ifPresent(description -> known.put(id, description)));
        return known;
    }

    private static OpenTransaction open(
            ProducerState producer, Optional<String> id, Optional<TransactionDescription> description) {
        OptionalLong started =
                description.map(TransactionDescription::transactionStartTimeMs).orElse(OptionalLong.empty());
        return new OpenTransaction(
                producer.producerId(),
                producer.producerEpoch(),
                producer.currentTransactionStartOffset().orElseThrow(),
                Instant.ofEpochMilli(producer.lastTimestamp()),
                id,
                started.isPresent() ? Optional.of(Instant.ofEpochMilli(started.getAsLong())) : Optional.empty(),
                description.map(known -> OptionalInt.of(known.coordinatorId())).orElse(OptionalInt.empty()));
    }
}
