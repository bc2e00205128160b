package dev.fathom.http.group;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fathom.cluster.Word;
import dev.fathom.http.words.WordsOf;
import dev.fathom.progress.TimeLag;
import java.time.Duration;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** How long the first unread record has been there. */
@Schema(
        description =
                "How long the first unread record has been there, since it arrived; with how sure that is, and how it was found.")
public record TimeLagItem(
        @Schema(
                description =
                        "How long, for the moment of observedAt; 0 where nothing is unread. Null when it is not known; the reason says"
                                + " why.",
                nullable = true)
        @JsonInclude(JsonInclude.Include.ALWAYS)
        @Nullable
        Duration value,

        @Schema(
                description =
                        "The true one is at most so far from the value, above or below. Null with the method at-least, which has no"
                                + " upper end, and where there is no value.",
                nullable = true)
        @JsonInclude(JsonInclude.Include.ALWAYS)
        @Nullable
        Duration errorBound,

        @Schema(
                description =
                        "How it was found: caught-up, nothing is unread; sampled, between two looks at the end of the log; record, by"
                                + " the timestamp of the record; estimated, by the timestamps of records around; at-least, it was there"
                                + " at the first look. Absent where there is no value.")
        @WordsOf(value = TimeLag.Method.class, open = true)
        @Nullable
        String method,

        @Schema(
                description =
                        "What to know about the value, comma separated: timestamp-untrusted, a timestamp does not fit what was seen and"
                                + " is not used; producer-clock, the bound holds if the record was made when it arrived;"
                                + " nothing-readable, what is left are markers, aborted or compacted records. Absent where there is"
                                + " nothing.")
        @Nullable
        String note,

        @Schema(description = "Why there is no value; absent where there is one.")
        @WordsOf(value = TimeLag.Reason.class, open = true)
        @Nullable
        String reason) {

    static TimeLagItem of(TimeLag lag) {
        return new TimeLagItem(
                lag.value(),
                lag.errorBound(),
                word(lag.method()),
                lag.notes().isEmpty()
                        ? null
                        : String.join(
                                ",", lag.notes().stream().map(Word::wireName).toList()),
                word(lag.reason()));
    }

    private static @Nullable String word(@Nullable Word word) {
        return word == null ? null : word.wireName();
    }
}
