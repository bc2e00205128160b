package dev.fathom.http.consumer;

import dev.fathom.pool.ManagedConsumers.Changed;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** How changes of managed consumers are answered. */
final class ConsumerCalls {

    private ConsumerCalls() {}

    /** 202 for what is on its way, 200 for what is so already. */
    static Response answer(String cluster, Changed changed) {
        return Response.status(changed.changed() ? Response.Status.ACCEPTED : Response.Status.OK)
                .type(MediaType.APPLICATION_JSON)
                .entity(ConsumerDetail.of(cluster, changed.view()))
                .build();
    }
}
