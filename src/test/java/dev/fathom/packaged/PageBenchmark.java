package dev.fathom.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import dev.fathom.testing.Broker;
import dev.fathom.testing.Brokers;
import dev.fathom.testing.Kafka;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/**
 * How soon the first page is seen on a cluster of 1,000 groups, and how much has come over the wire by then, in a browser that has
 * nothing of it yet: {@code mvn verify -Dit.test=PageBenchmark -Dtest=IdsTest -Dtest.jvm=-server}.
 */
class PageBenchmark {

    private static final int GROUPS = 1000;
    /** How many groups one page has. */
    private static final int ROWS = 50;

    private static final int LOADS = 21;

    @Test
    void theOverviewOfAThousandGroups() throws Exception {
        Optional<Path> chromium = Browsers.chromium();
        assumeTrue(chromium.isPresent(), "no chromium on the PATH");
        try (Broker broker = Brokers.start("page", 512, Map.of());
                Kafka kafka = new Kafka(broker.bootstrapServers())) {
            String topic = kafka.topic(10);
            for (int partition = 0; partition < 10; partition++) {
                kafka.produce(topic, partition, 100);
            }
            List<KafkaFuture<Void>> committed = new ArrayList<>();
            for (int group = 0; group < GROUPS; group++) {
                Map<TopicPartition, OffsetAndMetadata> offsets = new LinkedHashMap<>();
                for (int partition = 0; partition < 10; partition++) {
                    offsets.put(new TopicPartition(topic, partition), new OffsetAndMetadata(group % 100));
                }
                committed.add(kafka.admin()
                        .alterConsumerGroupOffsets("team-" + group % 7 + ".service-" + group, offsets)
                        .all());
            }
            committed.forEach(Kafka::get);
            try (PackagedService service = PackagedService.measured(broker.bootstrapServers());
                    Browsers browsers = new Browsers(chromium.get())) {
                List<Double> paints = new ArrayList<>();
                List<Double> answers = new ArrayList<>();
                List<Double> ranked = new ArrayList<>();
                double bytes = 0;
                for (int load = 0; load < LOADS; load++) {
                    try (BrowserContext context = browsers.browser().newContext()) {
                        Page page = context.newPage();
                        page.navigate(service.api().base() + "/");
                        assertThat(page.locator("table.rows tbody tr").count()).isEqualTo(ROWS);
                        page.waitForFunction("() => performance.getEntriesByName('first-contentful-paint').length > 0");
                        paints.add(((Number) page.evaluate(
                                        "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"))
                                .doubleValue());
                        answers.add(((Number) page.evaluate(
                                        "() => performance.getEntriesByType('navigation')[0].responseStart"))
                                .doubleValue());
                        page.waitForFunction("() => document.querySelector('#live[hx-trigger=refresh]')");
                        ranked.add(((Number) page.evaluate("() => performance.now()")).doubleValue());
                        bytes = ((Number) page.evaluate("() => [...performance.getEntriesByType('navigation'),"
                                        + " ...performance.getEntriesByType('resource')]"
                                        + ".reduce((sum, one) => sum + one.transferSize, 0)"))
                                .doubleValue();
                    }
                }
                double first = paints.get(0);
                paints.sort(null);
                answers.sort(null);
                ranked.sort(null);
                Map<String, Object> result = new LinkedHashMap<>();
                result.put("firstPaintMillisMedian", Math.round(paints.get(LOADS / 2)));
                result.put("firstPaintMillisWorst", Math.round(paints.get(LOADS - 1)));
                result.put("firstPaintMillisOfTheFirst", Math.round(first));
                result.put("answerMillisMedian", Math.round(answers.get(LOADS / 2)));
                result.put("worstFirstMillisMedian", Math.round(ranked.get(LOADS / 2)));
                result.put("transferredBytes", Math.round(bytes));
                System.out.println("RESULT " + new ObjectMapper().writeValueAsString(result));
                assertThat(paints.get(LOADS / 2)).isLessThanOrEqualTo(300);
                assertThat(bytes).isLessThanOrEqualTo(100 * 1024);
            }
        }
    }
}
