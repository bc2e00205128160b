package dev.fathom.http.page;

import dev.fathom.access.Access;
import dev.fathom.cluster.Reachability;
import dev.fathom.config.Level;
import dev.fathom.http.auth.CallerClusters;
import dev.fathom.http.auth.CurrentCaller;
import dev.fathom.http.page.Shell.ClusterTab;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes what is around every page: where one is, and who one is. */
@ApplicationScoped
class Shells {

    private static final String FILES = "META-INF/resources/fathom/";

    private final CallerClusters clusters;
    private final CurrentCaller caller;
    private final String version = version();

    Shells(CallerClusters clusters, CurrentCaller caller) {
        this.clusters = clusters;
        this.caller = caller;
    }

    Shell of(String title, @Nullable String cluster, String section) {
        List<ClusterTab> tabs = clusters.names().stream()
                .map(name -> new ClusterTab(name, PageLinks.cluster(name), name.equals(cluster), isDown(name)))
                .toList();
        return new Shell(title, version, tabs, cluster, section, caller.name(), may(cluster));
    }

    /** The cluster to begin with: the first that answers, or the first; null where there is none. */
    @Nullable
    String first() {
        return clusters.names().stream().min(Comparator.comparing(this::isDown)).orElse(null);
    }

    private boolean isDown(String cluster) {
        return clusters.reachability(cluster).status() == Reachability.Status.DOWN;
    }

    private String may(@Nullable String cluster) {
        Access access = clusters.access();
        return Stream.of(Level.ADMIN, Level.OPERATOR, Level.VIEWER)
                .filter(level -> cluster == null
                        ? access.grants().stream()
                                .anyMatch(grant -> grant.level().includes(level))
                        : access.onCluster(level, cluster))
                .findFirst()
                .map(Level::wireName)
                .orElse("nothing");
    }

    /** Of the files of the page: another one means that a browser has to load them anew. */
    private static String version() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String file : List.of("page.css", "page.js", "chart.js")) {
                try (InputStream in =
                        Thread.currentThread().getContextClassLoader().getResourceAsStream(FILES + file)) {
                    digest.update(in.readAllBytes());
                }
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 4);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
