/**
 * The embedded broker and the sample world of dev mode, which the tests share. The broker is a process of its own with
 * jars of its own under {@code target/kafka/lib}: none of its libraries is on the service's class path or in its package.
 *
 * <p>{@link dev.fathom.sandbox.EmbeddedBroker} starts and ends one node, {@code BrokerProcess} is what runs in it, and
 * {@link dev.fathom.sandbox.SampleWorld} fills a cluster with topics and groups. Nothing outside dev mode and tests calls
 * this package.
 */
package dev.fathom.sandbox;
