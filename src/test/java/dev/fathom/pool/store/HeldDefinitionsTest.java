package dev.fathom.pool.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.pool.definition.Definition;
import dev.fathom.pool.definition.Desired;
import dev.fathom.pool.definition.Spec;
import dev.fathom.pool.sink.TopicSpec;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class HeldDefinitionsTest {

    private final HeldDefinitions held = new HeldDefinitions("__fathom_consumers");

    private static byte[] stored(String name) {
        Spec spec = Spec.of(List.of("orders"), "fathom." + name, new TopicSpec("copy"));
        return StoredForm.bytes(
                Definition.created(name, "uid", Desired.RUNNING, spec, new Definition.Signature("me", Instant.EPOCH)));
    }

    private void put(String name) {
        held.take(name, stored(name));
    }

    private void readFirst(String... names) {
        held.another();
        for (String name : names) {
            put(name);
        }
        held.wholly();
    }

    @Test
    void nothingIsHeldBeforeTheTopicIsReadToItsEnd() {
        held.another();
        put("a");
        assertThat(held.all()).isEmpty();

        held.wholly();

        assertThat(held.all()).containsOnlyKeys("a");
        assertThat(held.lost()).isEmpty();
    }

    @Test
    void laterRecordsReplaceAndDelete() {
        readFirst("a", "b");
        var before = held.all();

        held.take("a", null);
        put("c");

        assertThat(held.all()).containsOnlyKeys("b", "c");
        assertThat(before).as("what a reader was given").containsOnlyKeys("a", "b");
    }

    @Test
    void whatIsNoDefinitionChangesNothing() {
        readFirst("a");

        held.take("a", new byte[] {1, 2});

        assertThat(held.all()).containsOnlyKeys("a");
    }

    @Test
    void aTopicThatIsGoneBeforeAnythingWasDefinedIsNoLoss() {
        held.gone();
        readFirst();

        assertThat(held.lost()).isEmpty();
    }

    @Nested
    class AfterTheTopicWasDeleted {

        @Test
        void whatWasHeldIsKeptAndTheLossNamed() {
            readFirst("a");

            held.gone();

            assertThat(held.all()).containsOnlyKeys("a");
            assertThat(held.lost()).hasValueSatisfying(why -> assertThat(why)
                    .contains("__fathom_consumers")
                    .contains("was deleted")
                    .contains("restore"));
        }

        @Test
        void whatStandsInAnotherIsNotBelieved() {
            readFirst("a");

            readFirst("b");

            assertThat(held.all()).containsOnlyKeys("a");
            assertThat(held.lost()).isPresent();
        }

        @Test
        void whatWasRestoredIsBelieved() {
            readFirst("a");
            held.gone();

            held.another();
            put("a");
            put("b");
            held.take(HeldDefinitions.RESTORED, new byte[] {'1'});
            put("c");

            assertThat(held.all()).containsOnlyKeys("a", "b", "c");
            assertThat(held.lost()).isEmpty();
        }
    }
}
