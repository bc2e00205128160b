package dev.fathom.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.config.ConfigurationException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartFailureTest {

    private record Told(int code, String text) {}

    private static Told tell(Throwable failure) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int code = StartFailure.tell(failure, new PrintStream(out, true, StandardCharsets.UTF_8));
        return new Told(code, out.toString(StandardCharsets.UTF_8).stripTrailing());
    }

    @Test
    void aWrongSettingIsOneLineWithoutAStack() {
        Told told =
                tell(new RuntimeException("Failed to start", new ConfigurationException("fathom.x=1\n must be 2.")));

        assertThat(told).isEqualTo(new Told(2, "fathom: fathom.x=1 must be 2."));
    }

    @Test
    void whatIsNoSettingIsToldWithItsStack() {
        Told told = tell(new IllegalStateException("boom"));

        assertThat(told.code()).isEqualTo(1);
        assertThat(told.text()).contains("boom", "\tat ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SRCFG00050: fathom.clusterz.x in SysPropConfigSource does not map to any root"
                        + "| fathom.clusterz.x is not a property of Fathom. docs/configuration.md lists all of them.",
                "java.util.NoSuchElementException: SRCFG00014: The config property a.b is required but it could not be found in any"
                        + " config source| a.b is missing.",
                "SRCFG00040: The config property a.b is defined as the empty String (\"\") which the following Converter considered"
                        + " to be null: x| a.b is empty.",
                "java.lang.IllegalArgumentException: SRCFG00039: The config property a.b with the config value \"soon\" threw an"
                        + " Exception whilst being converted Invalid duration: soon| a.b=soon cannot be read: Invalid duration: soon",
                "SRCFG00039: The config property a.b with the config value \"c\" threw an Exception whilst being converted SRCFG00049:"
                        + " Cannot convert c to enum class x.Y, allowed values: d,e| a.b=c must be one of d, e.",
                "something else| something else"
            })
    void saysWhatSmallRyeSaysInWordsForWhoSetIt(String message, String plain) {
        assertThat(StartFailure.plain(message)).isEqualTo(plain);
    }
}
