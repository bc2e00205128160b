package dev.fathom.reset;

import static dev.fathom.testing.Kafka.get;
import static dev.fathom.testing.Kafka.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.fathom.testing.Api;
import dev.fathom.testing.FathomTest;
import dev.fathom.testing.LiveGroup;
import dev.fathom.testing.WithKafka;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a coordinator makes of a change while an open transaction holds a commit, and what is said of it. */
@FathomTest
class OpenTransactionsTest extends WithKafka {

    private final Api api = Api.underTest();
    private KafkaProducer<byte[], byte[]> producer;
    private String topic;
    private String group;
    private TopicPartition zero;
    private TopicPartition one;

    @BeforeEach
    void fill() {
        topic = kafka.topic(2);
        zero = new TopicPartition(topic, 0);
        one = new TopicPartition(topic, 1);
        kafka.produce(topic, 0, 10);
        kafka.produce(topic, 1, 10);
        group = unique("open");
        producer = kafka.transactional();
    }

    @AfterEach
    void close() {
        producer.close();
    }

    private void made(String kind) {
        if (!kind.equals("simple")) {
            try (LiveGroup member = kafka.join(group, List.of(topic), Map.of("group.protocol", kind))) {
                member.awaitAssigned();
            }
            await().until(() -> get(kafka.admin()
                            .describeConsumerGroups(List.of(group))
                            .all())
                    .get(group)
                    .members()
                    .isEmpty());
        }
        kafka.commit(group, Map.of(zero, 3L));
    }

    private void send(TopicPartition partition, long offset) {
        producer.sendOffsetsToTransaction(
                Map.of(partition, new OffsetAndMetadata(offset)), new ConsumerGroupMetadata(group));
    }

    private void end(boolean commit) {
        if (commit) {
            producer.commitTransaction();
        } else {
            producer.abortTransaction();
        }
    }

    /** Once no transaction holds one any more; null for none. */
    private Long committed(TopicPartition partition) {
        ListConsumerGroupOffsetsSpec spec = new ListConsumerGroupOffsetsSpec().topicPartitions(List.of(partition));
        Map<TopicPartition, OffsetAndMetadata> settled = await().until(
                        () -> get(kafka.admin()
                                .listConsumerGroupOffsets(
                                        Map.of(group, spec), new ListConsumerGroupOffsetsOptions().requireStable(true))
                                .partitionsToOffsetAndMetadata(group)),
                        offsets -> offsets.containsKey(partition));
        return settled.get(partition) == null ? null : settled.get(partition).offset();
    }

    private String path() {
        return "/api/v1/clusters/local/groups/" + group;
    }

    private Api.Answer reset(String fields) {
        return api.post(path() + "/resets", "{\"acknowledgeInUse\":true," + fields + "}");
    }

    @ParameterizedTest
    @CsvSource({"simple,true", "simple,false", "classic,true", "classic,false", "consumer,true", "consumer,false"})
    void aMoveStaysHoweverTheTransactionEndsUnlessThatCommitsAgain(String kind, boolean commits) {
        made(kind);
        producer.beginTransaction();
        send(zero, 7);

        JsonNode blocker = reset("\"dryRun\":true,\"to\":1").ok().at("/blockers/0");
        assertThat(blocker.get("reason").asText()).isEqualTo("pending-transaction");
        assertThat(blocker.get("liftedBy").asText()).isEqualTo("stable");
        assertThat(blocker.get("detail").asText())
                .contains("stays, whether the transaction commits or aborts")
                .contains("its next commit replaces the move");
        JsonNode done = reset("\"dryRun\":false,\"to\":1,\"stable\":false").ok();
        assertThat(done.at("/partitions/0/verified").asBoolean()).isTrue();
        end(commits);
        assertThat(committed(zero)).as("the move came later").isEqualTo(1);

        producer.beginTransaction();
        send(zero, 7);
        reset("\"dryRun\":false,\"to\":2,\"stable\":false").ok();
        send(zero, 9);
        end(commits);
        assertThat(committed(zero)).isEqualTo(commits ? 9 : 2);
    }

    @ParameterizedTest
    @CsvSource({"/offsets?", "?"})
    void aDeletionTakesThePendingCommitWithItAndSaysSo(String what) {
        made("simple");
        producer.beginTransaction();
        send(zero, 7);
        String delete = path() + what + "acknowledgeInUse=true&dryRun=";

        JsonNode blocker = api.delete(delete + "true").ok().at("/blockers/0");
        assertThat(blocker.get("reason").asText()).isEqualTo("pending-transaction");
        assertThat(blocker.get("detail").asText())
                .contains("would be deleted too")
                .contains("undo cannot restore it");
        assertThat(api.delete(delete + "false").problem()).isEqualTo("conflict");
        api.delete(delete + "false&stable=false").ok();
        producer.commitTransaction();

        assertThat(committed(zero)).isNull();
    }

    @Test
    void aCommitThatOnlyATransactionHoldsIsFound() {
        made("simple");
        producer.beginTransaction();
        send(one, 4);

        JsonNode rows = api.get(path() + "/offsets?fresh=true").ok();
        assertThat(Api.row(rows, topic, 0).get("status").asText()).isEqualTo("ok");
        assertThat(Api.row(rows, topic, 1).get("status").asText()).isEqualTo("pending-transaction");
        assertThat(Api.row(rows, topic, 1).get("committedOffset").isNull()).isTrue();
        JsonNode all = reset("\"dryRun\":true,\"to\":1").ok();
        assertThat(all.at("/blockers/0/partition").asInt()).isEqualTo(1);
        JsonNode named = reset("\"dryRun\":true,\"to\":1,\"targets\":[{\"topic\":\"" + topic + "\"}]")
                .ok();
        assertThat(named.get("blockers").findValuesAsText("reason")).containsExactly("pending-transaction");
        producer.abortTransaction();
    }

    @Test
    void aGroupOfNothingButAnOpenTransactionIsShownAndNotDeletedUnseen() {
        producer.beginTransaction();
        send(one, 4);

        JsonNode rows = api.get(path() + "/offsets?fresh=true").ok();
        assertThat(Api.row(rows, topic, 1).get("status").asText()).isEqualTo("pending-transaction");
        assertThat(api.delete(path() + "?dryRun=false").problem()).isEqualTo("conflict");
        producer.commitTransaction();

        assertThat(committed(one)).isEqualTo(4);
    }

    @Test
    void anUndoIsToldTheSameAndMayGoOn() {
        made("simple");
        String operation =
                reset("\"dryRun\":false,\"to\":1").ok().get("operation").asText();
        producer.beginTransaction();
        send(zero, 7);

        Api.Answer refused = api.post(operation + "/undo", "{\"dryRun\":false,\"acknowledgeInUse\":true}");
        assertThat(refused.problem()).isEqualTo("conflict");
        api.post(operation + "/undo", "{\"dryRun\":false,\"acknowledgeInUse\":true,\"stable\":false}")
                .ok();
        producer.commitTransaction();

        assertThat(committed(zero)).isEqualTo(3);
    }
}
