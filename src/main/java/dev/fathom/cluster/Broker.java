package dev.fathom.cluster;

import java.util.Optional;

/** One node of a cluster, at the address clients are told to use. */
public record Broker(int id, String host, int port, Optional<String> rack) {}
