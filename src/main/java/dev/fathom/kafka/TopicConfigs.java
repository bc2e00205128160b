package dev.fathom.kafka;

import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Required;
import dev.fathom.cluster.Retention;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

final class TopicConfigs {

    private static final String LOG_APPEND_TIME = "LogAppendTime";

    private final Admin admin;
    private final Deadline deadline;
    private final Answers answers;

    TopicConfigs(Admin admin, Deadline deadline, Answers answers) {
        this.admin = admin;
        this.deadline = deadline;
        this.answers = answers;
    }

    /** One setting of a topic, the broker's default where the topic has none of its own. */
    Outcome<String> of(String topic, String name) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        return answers.outcome(
                        admin.describeConfigs(
                                        List.of(resource),
                                        new DescribeConfigsOptions().timeoutMs(deadline.millisLeft()))
                                .all(),
                        "read the configuration of topic \"" + topic + "\" (needs DescribeConfigs on it)")
                .map(configs -> Required.in(configs, resource).get(name).value());
    }

    /** How long topics keep their records: one request for all. */
    Map<String, Outcome<Retention>> retention(Collection<String> topics) {
        Map<ConfigResource, KafkaFuture<Config>> asked = admin.describeConfigs(
                        topics.stream()
                                .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                                .toList(),
                        new DescribeConfigsOptions().timeoutMs(deadline.millisLeft()))
                .values();
        Map<String, Outcome<Retention>> known = new HashMap<>();
        asked.forEach((resource, future) -> known.put(
                resource.name(),
                answers.outcome(
                                future,
                                "read the configuration of topic \"" + resource.name()
                                        + "\" (needs DescribeConfigs on it)")
                        .map(TopicConfigs::retention)));
        return known;
    }

    private static Retention retention(Config config) {
        boolean deletes =
                config.get(TopicConfig.CLEANUP_POLICY_CONFIG).value().contains(TopicConfig.CLEANUP_POLICY_DELETE);
        long time = Long.parseLong(config.get(TopicConfig.RETENTION_MS_CONFIG).value());
        long bytes =
                Long.parseLong(config.get(TopicConfig.RETENTION_BYTES_CONFIG).value());
        long segment = Long.parseLong(config.get(TopicConfig.SEGMENT_MS_CONFIG).value());
        return new Retention(
                deletes && time >= 0 ? Optional.of(Duration.ofMillis(time)) : Optional.empty(),
                deletes && bytes >= 0 ? OptionalLong.of(bytes) : OptionalLong.empty(),
                Duration.ofMillis(segment),
                LOG_APPEND_TIME.equals(
                        config.get(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG).value()));
    }
}
