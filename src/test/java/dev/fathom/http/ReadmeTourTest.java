package dev.fathom.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The curls of the README and then of the tour, one after the other, answer as printed, but for moments and the ids of
 * operations. Of {@code jq} only paths are known ({@code .max}, {@code .partitions[0].to}).
 */
@FathomTest
class ReadmeTourTest {

    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");
    private static final String BASE = "http://localhost:8080";
    private static final Pattern MOMENT = Pattern.compile("\"\\d{4}-\\d{2}-\\d{2}T[0-9:.]+Z\"");

    private static final Pattern OPERATION = Pattern.compile("op-\\d{8}-\\d{6}-[0-9a-f]{12}");
    private static final Pattern TAG = Pattern.compile("\"applyETag\":\"\\\\\"[^\"]+\\\\\"\"");
    private static final Pattern OFFSET = Pattern.compile(",\\d+$", Pattern.MULTILINE);
    /** What is known from looking again and again: another in every run. */
    private static final Pattern SEEN = Pattern.compile(
            ",\"(timeLag|verdict)\":(\\{[^{}]*}|\"[a-z-]+\")|,\"verdicts\":\\[[^]]*]|,\"(consume|produce)Rate\":[0-9.E-]+");

    private static final Pattern TIME_LAG = Pattern.compile(",(PT[0-9.HMS]+)?,(PT[0-9.HMS]+)?$", Pattern.MULTILINE);
    private static final Pattern REQUEST = Pattern.compile("\"requestId\":\"(?!tour)[^\"]+\"");

    private static final Pattern JQ = Pattern.compile("^(.*) \\| jq '?(\\.[\\w.\\[\\]]*)'?$");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The ids that the pages show, and those they stand for in this run. */
    private static final Map<String, String> ACTUAL = new HashMap<>();

    private final Api api = Api.underTest();

    /** A command and what its page prints below it. */
    record Step(String command, String printed) {
        @Override
        public String toString() {
            return command;
        }
    }

    static Stream<Step> steps() throws IOException {
        List<Step> steps = new ArrayList<>(steps(Path.of("README.md")));
        steps.addAll(steps(Path.of("docs/tour.md")));
        return steps.stream();
    }

    private static List<Step> steps(Path page) throws IOException {
        List<Step> steps = new ArrayList<>();
        boolean console = false;
        for (String line : Files.readAllLines(page)) {
            if (line.startsWith("```")) {
                console = line.equals("```console");
            } else if (console && line.startsWith("$ ")) {
                steps.add(new Step(line.substring(2), ""));
            } else if (console) {
                Step last = steps.remove(steps.size() - 1);
                steps.add(new Step(last.command(), last.printed() + line + "\n"));
            }
        }
        return steps.stream().filter(step -> step.command().startsWith("curl ")).toList();
    }

    /** A person reads it in three minutes, and it shows little of a long answer. */
    @Test
    void theReadmeIsShort() throws IOException {
        assertThat(Files.readAllLines(Path.of("README.md"))).hasSizeLessThanOrEqualTo(200);
        assertThat(steps(Path.of("README.md"))).hasSize(5);
        assertThat(steps(Path.of("docs/tour.md"))).hasSizeGreaterThan(15);
    }

    @ParameterizedTest
    @MethodSource("steps")
    void answersAsPrinted(Step step) throws IOException {
        List<String> headers = new ArrayList<>();
        String path = null;
        byte[] body = null;
        String method = null;
        Matcher jq = JQ.matcher(step.command());
        boolean partly = jq.matches();
        String command =
                OPERATION.matcher(partly ? jq.group(1) : step.command()).replaceAll(id -> ACTUAL.get(id.group()));
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

        String answered = partly ? at(answer, jq.group(2)) : answer.text();
        String printed = partly ? JSON.readTree(step.printed()).toString() : step.printed();
        learn(printed, answered);
        boolean movesWithTime = step.command().contains("-PT1H");
        assertThat(comparable(answered, movesWithTime)).isEqualTo(comparable(printed, movesWithTime));
    }

    /** What a path of jq selects. */
    private static String at(Api.Answer answer, String path) {
        String pointer = path.replaceAll("\\[(\\d+)]", ".$1").replace('.', '/');
        return answer.json().at(pointer.equals("/") ? "" : pointer).toString();
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

    /** Without what is another every time: moments, ids, tags, what is seen over time, and the offsets of a position that counts from now. */
    private static String comparable(String text, boolean movesWithTime) {
        String comparable = MOMENT.matcher(text).replaceAll("\"a moment\"");
        comparable = OPERATION.matcher(comparable).replaceAll("an operation");
        comparable = REQUEST.matcher(comparable).replaceAll("\"requestId\":\"a request\"");
        comparable = SEEN.matcher(comparable).replaceAll("");
        comparable = comparable.contains("timeLagErrorBound")
                ? TIME_LAG.matcher(comparable).replaceAll(",a time lag,its bound")
                : comparable;
        comparable = TAG.matcher(comparable).replaceAll("\"applyETag\":\"a tag\"");
        return (movesWithTime ? OFFSET.matcher(comparable).replaceAll(",an offset") : comparable).strip();
    }
}
