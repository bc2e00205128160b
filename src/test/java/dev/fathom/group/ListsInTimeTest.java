package dev.fathom.group;

import static dev.fathom.testing.Kafka.unique;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.ClusterException;
import dev.fathom.cluster.ClusterException.Reason;
import dev.fathom.cluster.Clusters;
import dev.fathom.cluster.Outcome;
import dev.fathom.lag.GroupSummary;
import dev.fathom.page.PageRequest;
import dev.fathom.testing.FathomTest;
import dev.fathom.testing.FaultyCluster;
import dev.fathom.testing.WithKafka;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lists of groups on a cluster that lists them and then is too slow to say how far they are. */
@FathomTest
class ListsInTimeTest extends WithKafka {

    @Inject
    Clusters clusters;

    @Inject
    Groups groups;

    private final String prefix = unique("slow");
    private final List<String> ids = List.of(prefix + "-a", prefix + "-b", prefix + "-c");

    @BeforeEach
    void fill() {
        String topic = kafka.topic(1);
        ids.forEach(id -> kafka.commit(id, Map.of(new TopicPartition(topic, 0), 0L)));
    }

    private Cluster slow() {
        return FaultyCluster.of(clusters.named("local", true), (real, method, arguments) -> switch (method.getName()) {
            // What is shared of it is shared with nobody else.
            case "view" -> prefix;
            case "topics" -> {
                Map<Object, Object> late = new HashMap<>();
                ((Collection<?>) arguments[0])
                        .forEach(name ->
                                late.put(name, Outcome.failed(new ClusterException(Reason.TIMED_OUT, "Not in time."))));
                yield late;
            }
            default -> method.invoke(real, arguments);
        });
    }

    private GroupList list(PageRequest page, GroupSort sort) {
        return groups.list(
                slow(),
                new GroupQuery(
                        Set.of(),
                        Set.of(),
                        Optional.empty(),
                        Optional.of(prefix),
                        Optional.empty(),
                        Optional.empty(),
                        OptionalLong.empty(),
                        false,
                        Optional.empty(),
                        true,
                        sort),
                page);
    }

    @Test
    void haveEachGroupAsAProblem() {
        GroupList list = list(PageRequest.all(), GroupSort.MOST_LAG);

        assertThat(list.page().items()).isEmpty();
        assertThat(list.problems()).containsOnlyKeys(ids);
        assertThat(list.problems().values())
                .allSatisfy(problem -> assertThat(problem.reason()).isEqualTo(Reason.TIMED_OUT));
    }

    @Test
    void goOnPageByPage() {
        List<String> told = new ArrayList<>();
        Optional<String> after = Optional.empty();
        do {
            GroupList page = list(new PageRequest(1, after), GroupSort.NAME);
            told.addAll(page.problems().keySet());
            assertThat(page.page().total()).isEqualTo(3);
            after = page.page().next();
        } while (after.isPresent());

        assertThat(told).containsExactlyElementsOf(ids);
    }

    @Test
    void nameEachGroupThatWasAskedFor() {
        Map<String, Outcome<GroupSummary>> named = groups.named(slow(), ids).value();

        assertThat(named).containsOnlyKeys(ids);
        assertThat(named.values()).allSatisfy(outcome -> assertThat(outcome.failed(Reason.TIMED_OUT))
                .isTrue());
    }
}
