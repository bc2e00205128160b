package dev.fathom.operation;

import static dev.fathom.testing.Kafka.get;
import static dev.fathom.testing.Kafka.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fathom.cluster.Clusters;
import dev.fathom.cluster.EventLog;
import dev.fathom.cluster.EventLog.Event;
import dev.fathom.cluster.EventLog.Place;
import dev.fathom.cluster.EventLog.Reading;
import dev.fathom.testing.FathomTest;
import dev.fathom.testing.WithKafka;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;

/** The topic that a journal is kept in. */
@FathomTest
class EventLogTest extends WithKafka {

    @Inject
    Clusters clusters;

    private final String name = unique("events");

    private EventLog log() {
        return clusters.named("local", false).eventLog(new EventLog.Topic(name, Duration.ofDays(3), (short) -1));
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static List<byte[]> values(Reading reading) {
        return reading.events().stream().map(Event::value).toList();
    }

    @Test
    void isMadeWithTheFirstEventAndKeptAsLongAsItIsToBe() throws Exception {
        assertThat(log().exists()).isFalse();
        assertThat(log().refusal()).isEmpty();
        assertThat(log().since(Place.START).events()).isEmpty();
        assertThat(log().exists()).as("looking makes nothing").isFalse();

        log().append("group", bytes(10));

        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, name);
        var config = kafka.admin().describeConfigs(List.of(topic)).all().get().get(topic);
        assertThat(config.get("retention.ms").value())
                .isEqualTo(Long.toString(Duration.ofDays(3).toMillis()));
        assertThat(config.get("message.timestamp.type").value()).isEqualTo("LogAppendTime");
        assertThat(get(kafka.admin().describeTopics(List.of(name)).allTopicNames())
                        .get(name)
                        .partitions())
                .hasSize(1);
    }

    @Test
    void givesWhatWasAppendedSinceAPlaceInOrderWhateverItsSize() {
        log().append("a", bytes(10));
        log().append("b", bytes(2_500_000));
        log().append("", bytes(0));

        Reading first = log().since(Place.START);
        log().append("c", bytes(900_000));
        Reading second = log().since(first.next());

        assertThat(values(first)).containsExactly(bytes(10), bytes(2_500_000), bytes(0));
        assertThat(first.events()).extracting(Event::key).containsExactly("a", "b", "");
        assertThat(first.recreated()).isFalse();
        assertThat(values(second)).containsExactly(bytes(900_000));
        assertThat(log().since(second.next()).events()).isEmpty();
        assertThat(IntStream.range(1, first.events().size())
                        .allMatch(i -> first.events().get(i).offset()
                                > first.events().get(i - 1).offset()))
                .isTrue();
    }

    @Test
    void saysThatItIsAnotherOneWhenItsTopicWasDeleted() {
        log().append("a", bytes(10));
        log().append("a", bytes(11));
        Reading before = log().since(Place.START);
        kafka.deleteTopic(name);

        // That the topic is there may be remembered for some seconds.
        await().atMost(Duration.ofSeconds(15)).ignoreExceptions().untilAsserted(() -> {
            log().append("a", bytes(12));
            Reading after = log().since(before.next());
            assertThat(after.recreated()).isTrue();
            assertThat(values(after)).contains(bytes(12)).doesNotContain(bytes(10));
        });
    }
}
