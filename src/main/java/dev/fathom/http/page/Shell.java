package dev.fathom.http.page;

import java.util.List;
import java.util.Objects;
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
        return path();
    }

    public String consumers() {
        return path() + "/consumers";
    }

    public String operations() {
        return path() + "/operations";
    }

    public String group(String id) {
        return PageLinks.group(about(), id);
    }

    private String path() {
        return PageLinks.cluster(about());
    }

    private String about() {
        return Objects.requireNonNull(cluster, "a page about no cluster links to none");
    }
}
