package dev.fathom.http.group;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fathom.cluster.TopicPartition;
import dev.fathom.http.words.WordsOf;
import dev.fathom.progress.LongestLag;
import dev.fathom.progress.TimeLag;
import java.time.Duration;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** How far behind in time a group is: its worst partition. */
@Schema(description = "How far behind in time a group is: the time lag of the partition with the longest.")
public record GroupTimeLag(
        @Schema(
                description =
                        "How long the first unread record of that partition has been there, for the moment of observedAt. Null when it is"
                                + " known of none.",
                nullable = true)
        @JsonInclude(JsonInclude.Include.ALWAYS)
        @Nullable
        Duration value,

        @Schema(description = "As in an offsets row, of that partition.", nullable = true)
        @JsonInclude(JsonInclude.Include.ALWAYS)
        @Nullable
        Duration errorBound,

        @Schema(description = "As in an offsets row, of that partition.")
        @WordsOf(value = TimeLag.Method.class, open = true)
        @Nullable
        String method,

        @Schema(description = "The topic of that partition; absent when it is known of none.") @Nullable
        String topic,

        @Schema(description = "Its number.") @Nullable Integer partition,

        @Schema(
                description = "False where the time lag of a partition is not known, which may be longer.",
                required = true)
        boolean complete) {

    static GroupTimeLag of(LongestLag longest) {
        TimeLag lag = longest.lag();
        return new GroupTimeLag(
                lag.value(),
                lag.errorBound(),
                lag.method() == null ? null : lag.method().wireName(),
                longest.partition().map(TopicPartition::topic).orElse(null),
                longest.partition().map(TopicPartition::partition).orElse(null),
                longest.complete());
    }

    static GroupTimeLag of(Map<TopicPartition, TimeLag> lags) {
        TopicPartition worst = null;
        TimeLag longest = null;
        for (Map.Entry<TopicPartition, TimeLag> entry : lags.entrySet()) {
            TimeLag lag = entry.getValue();
            if (lag.known() && (longest == null || lag.duration().compareTo(longest.duration()) > 0)) {
                worst = entry.getKey();
                longest = lag;
            }
        }
        boolean complete = lags.values().stream().allMatch(TimeLag::known);
        if (worst == null || longest == null) {
            return new GroupTimeLag(null, null, null, null, null, complete);
        }
        return new GroupTimeLag(
                longest.value(),
                longest.errorBound(),
                longest.method() == null ? null : longest.method().wireName(),
                worst.topic(),
                worst.partition(),
                complete);
    }
}
