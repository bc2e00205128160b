package dev.fathom.testing;

import java.nio.file.Path;
import java.util.Optional;

/** A Kafka node of a test run, wherever it runs, and what tests may do to it. */
public interface Broker extends AutoCloseable {

    /** Where clients connect, the same for as long as it lives. */
    String bootstrapServers();

    /** Ends it as a power cut would. Its storage stays. */
    void kill();

    /** Starts it again after {@link #kill}, at its address and on its storage; returns once it takes connections. */
    void restart();

    /** Has it hang: it holds its connections and says nothing. */
    void freeze();

    /** Has it go on after {@link #freeze}. */
    void thaw();

    /** Where it logs requests once its logger is told to; empty where that cannot be read from here. */
    Optional<Path> requestLog();

    @Override
    void close();
}
