package dev.fathom.pool.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.pool.definition.Spec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StoredFormTest {

    @Test
    void definitionsThatWereStoredBeforeAFieldWasKnownHaveItsDefault() {
        String older =
                "{\"maxAttempts\":7,\"initial\":\"PT1S\",\"multiplier\":2.0,\"max\":\"PT9S\",\"jitter\":\"NONE\"}";

        Spec.Retry read = StoredForm.read(older.getBytes(StandardCharsets.UTF_8), Spec.Retry.class)
                .orElseThrow();

        assertThat(read.maxAttempts()).isEqualTo(7);
        assertThat(read.stuckAfter()).isEqualTo(Duration.ofMinutes(15));
        assertThat(StoredForm.read(StoredForm.bytes(read), Spec.Retry.class)).contains(read);
    }
}
