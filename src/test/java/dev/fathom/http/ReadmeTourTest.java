package dev.fathom.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fathom.testing.Api;
import dev.fathom.testing.FathomTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The curls of the README, one after the other, answer as printed, but for moments and the ids of operations. */
@FathomTest
class ReadmeTourTest {

    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");
    private static final String BASE = "http://localhost:8080";
    private static final Pattern MOMENT = Pattern.compile("\"\\d{4}-\\d{2}-\\d{2}T[0-9:.]+Z\"");

    private static final Pattern OPERATION = Pattern.compile("op-\\d{8}-\\d{6}-[0-9a-f]{12}");
    private static final Pattern TAG = Pattern.compile("\"applyETag\":\"\\\\\"[^\"]+\\\\\"\"");
    private static final Pattern OFFSET = Pattern.compile(",\\d+$", Pattern.MULTILINE);
    private static final Pattern REQUEST = Pattern.compile("\"requestId\":\"(?!tour)[^\"]+\"");

    /** The ids that the README shows, and those they stand for in this run. */
    private static final Map<String, String> ACTUAL = new HashMap<>();

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
        String method = null;
        String command = OPERATION.matcher(step.command()).replaceAll(id -> ACTUAL.get(id.group()));
        Matcher words = WORD.matcher(command.substring("curl -s ".length()));
        while (words.find()) {
            String word = word(words);
            if (word.equals("-H")) {
                words.find();
                String[] header = word(words).split(": ", 2);
                headers.addAll(List.of(header));
            } else if (word.equals("-X")) {
                words.find();
                method = word(words);
            } else if (word.equals("-d")) {
                words.find();
                body = word(words).getBytes(StandardCharsets.UTF_8);
            } else {
                path = word.substring(BASE.length());
            }
        }

        if (method == null) {
            method = body == null ? "GET" : "POST";
        }
        Api.Answer answer = api.send(method, path, body, headers.toArray(new String[0]));

        learn(step.printed(), answer.text());
        boolean movesWithTime = step.command().contains("-PT1H");
        assertThat(comparable(answer.text(), movesWithTime)).isEqualTo(comparable(step.printed(), movesWithTime));
    }

    private static String word(Matcher matcher) {
        return matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
    }

    private static void learn(String printed, String answered) {
        Matcher shown = OPERATION.matcher(printed);
        Matcher actual = OPERATION.matcher(answered);
        while (shown.find() && actual.find()) {
            ACTUAL.put(shown.group(), actual.group());
        }
    }

    /** Without what is another every time: moments, ids, tags, and the offsets of a position that counts from now. */
    private static String comparable(String text, boolean movesWithTime) {
        String comparable = MOMENT.matcher(text).replaceAll("\"a moment\"");
        comparable = OPERATION.matcher(comparable).replaceAll("an operation");
        comparable = REQUEST.matcher(comparable).replaceAll("\"requestId\":\"a request\"");
        comparable = TAG.matcher(comparable).replaceAll("\"applyETag\":\"a tag\"");
        return (movesWithTime ? OFFSET.matcher(comparable).replaceAll(",an offset") : comparable).strip();
    }
}
