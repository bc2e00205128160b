package dev.fathom.http.cluster;

import dev.fathom.cluster.Broker;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** One broker. */
@Schema(description = "One broker, at the address clients are told to use.")
public record BrokerItem(
        @Schema(description = "Its node id.", required = true)
        int id,

        @Schema(description = "Its advertised host.", required = true)
        String host,

        @Schema(description = "Its advertised port.", required = true)
        int port,

        @Schema(description = "Its rack; absent when it has none.") @Nullable
        String rack) {

    public static BrokerItem of(Broker broker) {
        return new BrokerItem(
                broker.id(), broker.host(), broker.port(), broker.rack().orElse(null));
    }
}
