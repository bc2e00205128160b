package dev.fathom.pool.sink;

import dev.fathom.pool.definition.Spec;
import dev.fathom.pool.definition.Spec.Log;
import dev.fathom.pool.definition.Spec.ToTopic;
import dev.fathom.pool.definition.Spec.Webhook;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** Makes sinks. */
public final class Sinks {

    private final WebhookRules rules;
    private final Map<String, String> secrets;
    private final Lookups lookups;
    private final Vertx vertx;
    private final Clock clock;
    private final int maxRecordBytes;

    /**
     * @param secrets of webhooks, by reference
     * @param blocking for looking names up, which may take any time: one that has always one more thread
     * @param maxRecordBytes the largest record the service writes to a topic
     */
    public Sinks(
            WebhookRules rules,
            Map<String, String> secrets,
            Executor blocking,
            Vertx vertx,
            Clock clock,
            int maxRecordBytes) {
        this.rules = rules;
        this.secrets = Map.copyOf(secrets);
        this.lookups = new Lookups(InetAddress::getAllByName, blocking);
        this.vertx = vertx;
        this.clock = clock;
        this.maxRecordBytes = maxRecordBytes;
    }

    /** The largest record the service writes to a topic, whatever the topic takes. */
    public int maxRecordBytes() {
        return maxRecordBytes;
    }

    /** Why a secret cannot be signed with; empty when it can. */
    public static Optional<String> refusalOfSecret(String secret) {
        return WebhookCall.refusalOfSecret(secret);
    }

    /** Why a sink cannot be made here, with where in the spec that lies; empty when it can. */
    public Optional<Map.Entry<String, String>> refusal(Spec spec) {
        if (!(spec.sink() instanceof Webhook webhook)) {
            return Optional.empty();
        }
        Optional<String> host = rules.refusal(webhook.url());
        if (host.isPresent()) {
            return Optional.of(Map.entry("/sink/url", host.get()));
        }
        return webhook.secretRef()
                .filter(ref -> !secrets.containsKey(ref))
                .map(ref -> Map.entry(
                        "/sink/secretRef",
                        "No secret is configured under \"" + ref + "\" (fathom.pool.webhook.secrets." + ref + ")."));
    }

    /**
     * @param batches writes to a topic, records together
     * @param alone writes to a topic, each by itself
     */
    public Sink of(Spec spec, Function<String, TopicWriter> batches, Function<String, TopicWriter> alone) {
        if (spec.sink() instanceof Webhook webhook) {
            return new WebhookSink(
                    webhook,
                    spec.handlerTimeout(),
                    webhook.secretRef().map(ref -> Optional.ofNullable(secrets.get(ref))
                            .orElseThrow(() -> new IllegalStateException("no secret " + ref))),
                    new WebhookAddresses(webhook.url(), rules, lookups),
                    WebhookClient.of(vertx, WebhookClient.options(spec.handlerTimeout())),
                    vertx,
                    clock);
        }
        if (spec.sink() instanceof ToTopic to) {
            return new TopicSink(batches.apply(to.name()), alone.apply(to.name()));
        }
        return new LogSink((Log) spec.sink());
    }
}
