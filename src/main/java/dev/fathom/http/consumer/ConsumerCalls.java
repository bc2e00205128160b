package dev.fathom.http.consumer;

import dev.fathom.access.ForbiddenException;
import dev.fathom.config.Level;
import dev.fathom.http.auth.CallerClusters;
import dev.fathom.http.change.AllowedChange;
import dev.fathom.http.change.ChangeCall;
import dev.fathom.pool.ConsumerView;
import dev.fathom.pool.ManagedConsumers;
import dev.fathom.pool.ManagedConsumers.Changed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** What calls about managed consumers have in common: finding the consumer, and how a change of it is answered. */
@ApplicationScoped
class ConsumerCalls {

    private final CallerClusters clusters;
    private final ManagedConsumers consumers;

    ConsumerCalls(CallerClusters clusters, ManagedConsumers consumers) {
        this.clusters = clusters;
        this.consumers = consumers;
    }

    /**
     * @throws ManagedConsumers.ConsumerNotFoundException when there is none of that name
     * @throws ForbiddenException unless the caller has the level on its group and topics
     */
    ConsumerView named(Level level, String cluster, String name) {
        ConsumerView view = consumers.named(cluster, name);
        clusters.needConsumer(level, cluster, view.definition().spec());
        return view;
    }

    /** A change of a consumer that is there, by a caller who may. */
    AllowedChange of(ChangeCall call, String cluster, String segment) {
        AllowedChange allowed = call.onConsumer(cluster, segment);
        named(allowed.level(), cluster, allowed.id());
        return allowed;
    }

    /** 202 for what is on its way, 200 for what is so already. */
    static Response answer(String cluster, Changed changed) {
        return Response.status(changed.changed() ? Response.Status.ACCEPTED : Response.Status.OK)
                .type(MediaType.APPLICATION_JSON)
                .entity(ConsumerDetail.of(cluster, changed.view()))
                .build();
    }
}
