package dev.fathom.pool.sink;

import dev.fathom.pool.definition.SinkSpec;
import dev.fathom.pool.definition.Spec;
import dev.fathom.pool.sink.SinkKind.Opening;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** Opens sinks, with what the service has for them. */
public final class Sinks {

    final WebhookRules rules;
    private final Map<String, String> secrets;
    final Lookups lookups;
    final Vertx vertx;
    final Clock clock;
    private final int maxRecordBytes;

    /**
     * @param secrets of webhooks, by reference
     * @param blocking for looking names up, which may take any time: unbounded
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

    Optional<String> secret(String ref) {
        return Optional.ofNullable(secrets.get(ref));
    }

    /** Why a sink cannot be opened here, with where in the spec that lies; empty when it can. */
    public Optional<Map.Entry<String, String>> refusal(SinkSpec spec) {
        return SinkKind.of(spec).refusal(spec, this);
    }

    /**
     * @param batches writes to a topic, records together
     * @param alone writes to a topic, each by itself
     */
    public Sink of(Spec spec, Function<String, TopicWriter> batches, Function<String, TopicWriter> alone) {
        return SinkKind.of(spec.sink())
                .open(spec.sink(), new Opening(this, spec.handling().handlerTimeout(), batches, alone));
    }
}
