package dev.fathom.http.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.fathom.http.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonBodyTest {

    private static JsonBody body(String text) {
        ObjectMapper json = new ObjectMapper();
        new StrictJson().customize(json);
        return new JsonBody(json, text == null ? null : text.getBytes(StandardCharsets.UTF_8));
    }

    /** What a test's body may hold. */
    record Wanted(Boolean dryRun, List<Integer> numbers) {}

    @Test
    void isADryRunWhateverElseIsWrongWithIt() {
        assertThat(body("{\"dryRun\":true,\"nonsense\":[]}").isDryRun()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "1",
                "[true]",
                "{",
                "{\"dryRun\":false}",
                "{\"dryRun\":\"true\"}",
                "{\"dryRun\":1}",
                "{\"dryRun\":true",
                "{\"dryRun\":true}{}",
                "{\"dryRun\":true,\"dryRun\":false}",
                "{\"dryRun\":false,\"dryRun\":true}"
            })
    void isNoDryRunWhereThatCouldBeDoubted(String text) {
        assertThat(body(text).isDryRun()).isFalse();
    }

    @Test
    void isReadAsTheShapeThatIsAskedFor() {
        assertThat(body("{\"dryRun\":true,\"numbers\":[1,2]}").as(Wanted.class))
                .isEqualTo(new Wanted(true, List.of(1, 2)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "null"})
    void nothingIsNoObject(String text) {
        assertThatThrownBy(() -> body(text).as(Wanted.class))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("a JSON object");
        assertThatThrownBy(() -> body(null).as(Wanted.class)).isInstanceOf(ProblemException.class);
    }

    @Test
    void saysWhatIsWrongAsOftenAsItIsRead() {
        JsonBody bad = body("{\"dryRun\":");
        assertThat(bad.isDryRun()).isFalse();
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> bad.as(Wanted.class)).hasCauseInstanceOf(JsonParseException.class);
        }
        assertThatThrownBy(() -> body("{\"dryrun\":true}").as(Wanted.class))
                .hasCauseInstanceOf(UnrecognizedPropertyException.class);
        assertThatThrownBy(() -> body("{\"numbers\":[\"1\"]}").as(Wanted.class))
                .hasCauseInstanceOf(MismatchedInputException.class);
        assertThatThrownBy(() -> body("{\"dryRun\":true}{}").as(Wanted.class))
                .hasCauseInstanceOf(MismatchedInputException.class);
    }
}
