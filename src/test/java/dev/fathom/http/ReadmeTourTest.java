package dev.fathom.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.testing.Api;
import dev.fathom.testing.FathomTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The curls of the README answer as printed, but for moments. */
@FathomTest
class ReadmeTourTest {

    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");
    private static final String BASE = "http://localhost:8080";
    private static final Pattern MOMENT = Pattern.compile("\"\\d{4}-\\d{2}-\\d{2}T[0-9:.]+Z\"");

    private final Api api = Api.underTest();

    /** A command and what the README prints below it. */
    record Step(String command, String printed) {
        @Override
        public String toString() {
            return command;
        }
    }

    static Stream<Step> steps() throws IOException {
        List<Step> steps = new ArrayList<>();
        boolean console = false;
        for (String line : Files.readAllLines(Path.of("README.md"))) {
            if (line.startsWith("```")) {
                console = line.equals("```console");
            } else if (console && line.startsWith("$ ")) {
                steps.add(new Step(line.substring(2), ""));
            } else if (console) {
                Step last = steps.remove(steps.size() - 1);
                steps.add(new Step(last.command(), last.printed() + line + "\n"));
            }
        }
        return steps.stream().filter(step -> step.command().startsWith("curl "));
    }

    @ParameterizedTest
    @MethodSource("steps")
    void answersAsPrinted(Step step) {
        List<String> headers = new ArrayList<>();
        String path = null;
        byte[] body = null;
        Matcher words = WORD.matcher(step.command().substring("curl -s ".length()));
        while (words.find()) {
            String word = word(words);
            if (word.equals("-H")) {
                words.find();
                String[] header = word(words).split(": ", 2);
                headers.addAll(List.of(header));
            } else if (word.equals("-d")) {
                words.find();
                body = word(words).getBytes(StandardCharsets.UTF_8);
            } else {
                path = word.substring(BASE.length());
            }
        }

        Api.Answer answer = api.send(body == null ? "GET" : "POST", path, body, headers.toArray(new String[0]));

        assertThat(timeless(answer.text()).strip())
                .isEqualTo(timeless(step.printed()).strip());
    }

    private static String word(Matcher matcher) {
        return matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
    }

    private static String timeless(String text) {
        return MOMENT.matcher(text).replaceAll("\"a moment\"");
    }
}
