package dev.fathom.sandbox;

import dev.fathom.operation.Caller;
import dev.fathom.pool.ManagedConsumers;
import dev.fathom.pool.ManagedConsumers.NameTakenException;
import dev.fathom.pool.definition.Desired;
import dev.fathom.pool.definition.SinkSpec;
import dev.fathom.pool.definition.Spec;
import dev.fathom.pool.definition.Spec.Faults;
import dev.fathom.pool.definition.Spec.OnOffsetsLost;
import dev.fathom.pool.definition.Spec.OnOutOfRange;
import dev.fathom.pool.definition.Spec.Start;
import dev.fathom.pool.sink.LogSpec;
import dev.fathom.pool.sink.LogSpec.Level;
import dev.fathom.pool.sink.TopicSpec;
import dev.fathom.position.Position.Anchor;
import dev.fathom.position.Position.Shifted;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;

/**
 * Two managed consumers for the sample world: {@code click-log} writes some of the clicks to the log, {@code job-labels}
 * forwards jobs to a topic that takes none of them, so that each ends in the dead-letter topic.
 */
final class SampleConsumers {

    private static final String LABELS = "labels";
    private static final String DEAD_JOBS = "jobs-dead";
    /** Less than any record takes. */
    private static final String TOO_FEW_BYTES = "60";

    private static final Caller SANDBOX = new Caller("sandbox", "sandbox", Optional.empty());

    private SampleConsumers() {}

    static void define(String cluster, @Nullable String bootstrapServers, ManagedConsumers consumers) {
        makeTopics(bootstrapServers);
        define(
                cluster,
                consumers,
                "click-log",
                spec("click-log", SampleWorld.CLICKS, Anchor.LATEST, new LogSpec(Level.INFO, 100), Optional.empty()));
        define(
                cluster,
                consumers,
                "job-labels",
                spec("job-labels", SampleWorld.JOBS, Anchor.EARLIEST, new TopicSpec(LABELS), Optional.of(DEAD_JOBS)));
    }

    private static void makeTopics(@Nullable String bootstrapServers) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.createTopics(List.of(
                            new NewTopic(LABELS, 1, (short) 1).configs(Map.of("max.message.bytes", TOO_FEW_BYTES)),
                            new NewTopic(DEAD_JOBS, 1, (short) 1)))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            // There from before a live reload, as a rule.
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new IllegalStateException(e.getCause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void define(String cluster, ManagedConsumers consumers, String name, Spec spec) {
        try {
            consumers.create(cluster, name, Desired.RUNNING, spec, SANDBOX);
        } catch (NameTakenException e) {
            // It survived a live reload.
        }
    }

    private static Spec spec(String name, String topic, Anchor from, SinkSpec sink, Optional<String> deadLetters) {
        return Spec.of(List.of(topic), "fathom." + name, sink)
                .with(new Start(new Shifted(from, 0), OnOutOfRange.EARLIEST, OnOffsetsLost.CHECKPOINT))
                .with(Faults.deadLetters(deadLetters));
    }
}
