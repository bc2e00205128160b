package dev.fathom.kafka;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.ApiVersions;
import org.apache.kafka.clients.ClientResponse;
import org.apache.kafka.clients.ClientUtils;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.KafkaClient;
import org.apache.kafka.clients.ManualMetadataUpdater;
import org.apache.kafka.clients.NetworkClientUtils;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.common.requests.MetadataResponse;
import org.apache.kafka.common.utils.LogContext;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/**
 * One try to reach one address, a step after the other: the name, the port, then the client's own handshake, login and first
 * question. An Admin client cannot do that: it leaves the address it was given as soon as it was told others.
 */
final class Contact {

    private static final int CONNECT_MILLIS = 2000;
    private static final int ANSWER_MILLIS = 3000;

    private final Map<String, Object> properties;

    /** @param properties of a client of the cluster */
    Contact(Map<String, Object> properties) {
        this.properties = properties;
    }

    sealed interface Outcome {

        /** @param brokers where the brokers of the cluster are, as this one says */
        record Answered(List<Node> brokers) implements Outcome {}

        /**
         * @param what happened, as the end of a sentence about the address
         * @param check what to look at
         */
        record Failed(String what, String check) implements Outcome {}
    }

    @Nullable
    Outcome with(String host, int port) {
        InetAddress[] addresses;
        try {
            addresses = InetAddress.getAllByName(host);
        } catch (UnknownHostException e) {
            return new Outcome.Failed(
                    "the name " + host + " is not known here",
                    "the name, and the DNS of the host this service runs on");
        }
        Outcome refused = null;
        for (InetAddress address : addresses) {
            refused = knock(address, port);
            if (refused == null) {
                return ask(host, port);
            }
        }
        return refused;
    }

    /** @return null where the port is open */
    private static Outcome.@Nullable Failed knock(InetAddress address, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
            return null;
        } catch (SocketTimeoutException e) {
            return new Outcome.Failed(
                    "no connection is made within " + CONNECT_MILLIS / 1000 + " s",
                    "the address, and the routes and firewalls between this service and the broker");
        } catch (ConnectException e) {
            return new Outcome.Failed(
                    "the connection is refused: nothing listens there", "the port, and whether the broker runs");
        } catch (IOException | IllegalArgumentException e) {
            return new Outcome.Failed(
                    "no connection can be made (" + e.getMessage() + ")",
                    "the address, and the routes and firewalls between this service and the broker");
        }
    }

    private Outcome ask(String host, int port) {
        Node node = new Node(0, host, port);
        try (Metrics metrics = new Metrics();
                KafkaClient client = client(node, metrics)) {
            if (!NetworkClientUtils.awaitReady(client, node, Time.SYSTEM, ANSWER_MILLIS)) {
                return silent();
            }
            long now = Time.SYSTEM.milliseconds();
            ClientResponse response = NetworkClientUtils.sendAndReceive(
                    client,
                    client.newClientRequest(node.idString(), new MetadataRequest.Builder(List.of(), false), now, true),
                    Time.SYSTEM);
            return new Outcome.Answered(List.copyOf(((MetadataResponse) response.responseBody()).brokers()));
        } catch (SslAuthenticationException e) {
            return new Outcome.Failed(
                    "the TLS handshake fails: " + TlsFailure.words(e), "the ssl.* properties of this cluster here");
        } catch (AuthenticationException e) {
            return refused(e);
        } catch (IOException e) {
            return new Outcome.Failed(
                    "the connection is made, and ended without an answer",
                    "whether its listener speaks " + protocol() + " (security.protocol here)");
        } catch (KafkaException e) {
            return new Outcome.Failed(
                    "no client can be made: " + Connection.rootMessage(e), "the properties of this cluster here");
        }
    }

    private Outcome silent() {
        return new Outcome.Failed(
                "the connection is made, but nothing is received within " + ANSWER_MILLIS / 1000 + " s",
                "whether the broker hangs, and whether its listener speaks " + protocol()
                        + " (security.protocol here)");
    }

    private Outcome refused(AuthenticationException e) {
        String mechanism =
                String.valueOf(properties.getOrDefault(SaslConfigs.SASL_MECHANISM, SaslConfigs.DEFAULT_SASL_MECHANISM));
        return e instanceof UnsupportedSaslMechanismException
                ? new Outcome.Failed(
                        "the broker does not take the SASL mechanism " + mechanism,
                        "sasl.mechanism here and sasl.enabled.mechanisms there")
                : new Outcome.Failed(
                        "the broker refuses the service's credentials (SASL mechanism " + mechanism + ")",
                        "the sasl.* properties of this cluster here, and that the broker knows the user");
    }

    private String protocol() {
        return String.valueOf(properties.getOrDefault(
                CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, CommonClientConfigs.DEFAULT_SECURITY_PROTOCOL));
    }

    /** A client that talks to one broker only. */
    private KafkaClient client(Node node, Metrics metrics) {
        String address = (node.host().indexOf(':') < 0 ? node.host() : "[" + node.host() + "]") + ":" + node.port();
        Map<String, Object> own = new HashMap<>(properties);
        own.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, address);
        AdminClientConfig config = new AdminClientConfig(own);
        return ClientUtils.createNetworkClient(
                config,
                config.getString(CommonClientConfigs.CLIENT_ID_CONFIG),
                metrics,
                "fathom-diagnosis",
                new LogContext(),
                new ApiVersions(),
                Time.SYSTEM,
                1,
                ANSWER_MILLIS,
                null,
                new ManualMetadataUpdater(List.of(node)),
                InetAddress::getAllByName,
                null,
                null);
    }
}
