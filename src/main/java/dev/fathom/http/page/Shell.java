package dev.fathom.http.page;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What every page has around it.
 *
 * @param version of the style and script, for their addresses
 * @param cluster the one the page is about; null for none
 * @param section the part of the page it belongs to: {@code groups}, {@code consumers}, {@code operations}; empty for none
 * @param may what the caller may do on the cluster, in a word
 */
record Shell(
        String title,
        String version,
        List<ClusterTab> clusters,
        @Nullable String cluster,
        String section,
        String user,
        String may) {

    /** A cluster one can go to. */
    record ClusterTab(String name, String link, boolean here, boolean down) {}

    public String groups() {
        return PageLinks.cluster(cluster);
    }

    public String consumers() {
        return PageLinks.cluster(cluster) + "/consumers";
    }

    public String operations() {
        return PageLinks.cluster(cluster) + "/operations";
    }
}
