package dev.fathom.http.mcp;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.fathom.http.request.Links;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;

/**
 * The plans that were shown to agents, by who saw them and the tag they have, for a quarter of an hour: the only thing that is
 * remembered between two messages, and on this replica alone. A plan is nothing but the call that would carry it out.
 */
@ApplicationScoped
class Shown {

    static final Duration KEPT = Duration.ofMinutes(15);
    private static final long MOST_BYTES = 32 << 20;
    /** Of a plan, beside its body. */
    private static final int OVERHEAD = 512;

    private final Cache<Key, Plan> plans;

    Shown() {
        this(Caffeine.newBuilder());
    }

    Shown(Caffeine<Object, Object> cache) {
        plans = cache.expireAfterWrite(KEPT)
                .maximumWeight(MOST_BYTES)
                .weigher((Key key, Plan plan) -> plan.body().length + OVERHEAD)
                .build();
    }

    private record Key(String caller, String etag) {}

    /** The call that carries a plan out. */
    sealed interface Plan {

        /** The body of the call. */
        byte[] body();

        /** The ETag of the dry run, as a header has it. */
        String etag();

        /** The path of the call. */
        String path();

        /** The id of its operation. */
        String operation();

        /** A reset of a group, by the names it and its cluster have. */
        record Reset(String cluster, String group, byte[] body, String etag) implements Plan {

            @Override
            public String path() {
                return Links.group(cluster, group) + "/resets";
            }

            @Override
            public String operation() {
                return "resetGroup";
            }
        }

        /** An undo of an operation. */
        record Undo(String id, byte[] body, String etag) implements Plan {

            @Override
            public String path() {
                return Links.operation(id) + "/undo";
            }

            @Override
            public String operation() {
                return "undoOperation";
            }
        }
    }

    /** The name of a plan for its caller: its tag without what headers put around one. */
    String remember(String caller, Plan plan) {
        String name = bare(plan.etag());
        plans.put(new Key(caller, name), plan);
        return name;
    }

    /** @param etag with or without what headers put around it */
    Optional<Plan> find(String caller, String etag) {
        return Optional.ofNullable(plans.getIfPresent(new Key(caller, bare(etag))));
    }

    private static String bare(String etag) {
        return etag.trim().replace("\"", "");
    }
}
