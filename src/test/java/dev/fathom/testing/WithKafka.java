package dev.fathom.testing;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Tests that set up topics and groups on the main broker, beside the service. */
public abstract class WithKafka {

    protected Kafka kafka;

    @BeforeEach
    final void connect() {
        kafka = new Kafka(Brokers.main().bootstrapServers());
    }

    @AfterEach
    final void disconnect() {
        kafka.close();
    }
}
