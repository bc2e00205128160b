package dev.fathom.testing;

import dev.fathom.sandbox.EmbeddedBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;

/** The broker of dev mode: a process of its own. */
final class ProcessBroker implements Broker {

    private final EmbeddedBroker broker;

    ProcessBroker(EmbeddedBroker broker) {
        this.broker = broker;
    }

    @Override
    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    @Override
    public void kill() {
        broker.kill();
    }

    @Override
    public void restart() {
        broker.restart();
    }

    @Override
    public void freeze() {
        signal("STOP");
    }

    @Override
    public void thaw() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            String pid = Long.toString(broker.process().pid());
            if (new ProcessBuilder("kill", "-" + name, pid).start().waitFor() != 0) {
                throw new IllegalStateException("no process " + pid);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Optional<Path> requestLog() {
        return Optional.of(broker.log().resolveSibling("requests.log"));
    }

    @Override
    public void close() {
        broker.close();
    }
}
