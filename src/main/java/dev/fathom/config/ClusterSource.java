package dev.fathom.config;

import java.util.SortedMap;

/** Where the clusters to serve come from: the configuration, or the embedded broker of dev mode. */
public interface ClusterSource {

    /**
     * The clusters by name; at least one.
     *
     * @throws ConfigurationException when there is none or one is set up wrongly, naming the property
     */
    SortedMap<String, ClusterSettings> clusters();
}
