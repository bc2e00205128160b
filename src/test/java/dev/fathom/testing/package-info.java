/**
 * What the tests share: real brokers ({@link dev.fathom.testing.Brokers}), a hand to set up topics and groups on them
 * ({@link dev.fathom.testing.Kafka}), Kafka's own tools ({@link dev.fathom.testing.KafkaTools}) and a client for the
 * service ({@link dev.fathom.testing.Api}).
 */
package dev.fathom.testing;
