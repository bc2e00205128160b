package dev.fathom.pool.sink;

import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.impl.HttpClientConnection;
import java.time.Duration;

/** The HTTP client that webhooks are called with. */
final class WebhookClient {

    static final int MOST_CONNECTIONS = 256;

    /** Longer headers are not read; the status still counts. */
    private static final int MOST_HEADER_BYTES = 64 << 10;

    private static final int LONGEST_FIRST_LINE = 8 << 10;

    private WebhookClient() {}

    /** @param timeout of a call */
    static HttpClientOptions options(Duration timeout) {
        return new HttpClientOptions()
                .setKeepAlive(true)
                .setConnectTimeout((int) timeout.toMillis())
                .setIdleTimeout((int) Math.max(1, timeout.toSeconds() * 2))
                .setMaxHeaderSize(MOST_HEADER_BYTES)
                .setMaxInitialLineLength(LONGEST_FIRST_LINE)
                .setDecompressionSupported(false);
    }

    static HttpClient of(Vertx vertx, HttpClientOptions options) {
        return vertx.httpClientBuilder()
                .with(options)
                .with(new PoolOptions().setHttp1MaxSize(MOST_CONNECTIONS))
                .withConnectHandler(WebhookClient::prepare)
                .build();
    }

    private static void prepare(HttpConnection connection) {
        ChannelHandlerContext context = ((HttpClientConnection) connection).channelHandlerContext();
        // Who answers before it has read everything may cut the connection then: what it said is there to be read
        // although
        // nothing more can be written.
        context.channel().config().setAutoClose(false);
        context.pipeline().addBefore(context.name(), "answers", new AnswerFilter());
    }

    /** How long ago a connection last brought an answer; zero for a new one. */
    static Duration idle(HttpConnection connection) {
        long last = ((HttpClientConnection) connection).lastResponseReceivedTimestamp();
        return last == 0 ? Duration.ZERO : Duration.ofMillis(Math.max(0, System.currentTimeMillis() - last));
    }
}
