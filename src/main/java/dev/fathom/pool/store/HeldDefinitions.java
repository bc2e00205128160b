package dev.fathom.pool.store;

import dev.fathom.pool.definition.Definition;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The current definitions, and whether their topic is lost. When it is deleted or recreated, what is held is kept and consumers
 * run on, until a replica has written it back ({@link Definitions#restore}). Written by the thread that reads the topic, read
 * by any.
 */
final class HeldDefinitions {

    /** The key of the record that ends a restored log; no consumer has such a name. */
    static final String RESTORED = "~restored";

    private static final Logger LOG = Logger.getLogger(HeldDefinitions.class);

    private final String topic;
    private volatile SortedMap<String, Definition> definitions = new TreeMap<>();
    private volatile Optional<String> lost = Optional.empty();
    /** What a topic other than the one read before holds, until it is read to its end or was restored. */
    private @Nullable Map<String, Definition> candidate;

    HeldDefinitions(String topic) {
        this.topic = topic;
    }

    /** By name; a new map whenever anything changes. */
    SortedMap<String, Definition> all() {
        return definitions;
    }

    /** Why the topic is lost; empty when it is not. */
    Optional<String> lost() {
        return lost;
    }

    void gone() {
        if (!definitions.isEmpty() && lost.isEmpty()) {
            lose("was deleted");
        }
    }

    /** A topic other than the one read before, if any, is now read from its beginning. */
    void another() {
        if (!definitions.isEmpty() && lost.isEmpty()) {
            lose("was deleted and recreated");
        }
        candidate = new HashMap<>();
    }

    private void lose(String how) {
        LOG.errorf("The topic %s %s; consumers keep running", topic, how);
        lost = Optional.of("The topic \"" + topic + "\" " + how
                + ". Consumers keep running; restore it with POST /consumers/restore.");
        candidate = new HashMap<>();
    }

    /** The topic was read to its end: unless it is lost, what it holds counts from now on. */
    void wholly() {
        if (lost.isEmpty()) {
            adopt();
        }
    }

    private void adopt() {
        if (candidate != null) {
            definitions = new TreeMap<>(candidate);
            candidate = null;
        }
    }

    /**
     * One record of the topic.
     *
     * @param value null where the definition was deleted
     */
    void take(String key, byte[] value) {
        if (key.equals(RESTORED)) {
            if (lost.isPresent()) {
                LOG.infof("The topic %s was restored", topic);
                adopt();
                lost = Optional.empty();
            }
            return;
        }
        Optional<Definition> definition = value == null ? Optional.empty() : StoredForm.read(value, Definition.class);
        if (value != null && definition.isEmpty()) {
            LOG.warnf("A record of %s is not a definition: key %s", topic, key);
        } else if (candidate != null) {
            put(candidate, key, definition);
        } else {
            SortedMap<String, Definition> next = new TreeMap<>(definitions);
            put(next, key, definition);
            definitions = next;
        }
    }

    private static void put(Map<String, Definition> into, String key, Optional<Definition> definition) {
        if (definition.isPresent()) {
            into.put(key, definition.get());
        } else {
            into.remove(key);
        }
    }
}
