package dev.fathom.kafka;

import dev.fathom.cluster.Outcome;
import dev.fathom.cluster.Required;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.common.config.ConfigResource;

final class TopicConfigs {

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
}
