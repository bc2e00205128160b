package dev.fathom.http.consumer;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fathom.http.group.AssignmentItem;
import dev.fathom.http.words.WordsOf;
import dev.fathom.pool.MemberView;
import dev.fathom.pool.worker.MemberReport;
import dev.fathom.pool.worker.MemberReport.PartitionReport;
import dev.fathom.pool.worker.MemberState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** One member of a managed consumer. */
@Schema(description = "One member of a managed consumer, as it last reported.")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ConsumerMember(
        @Schema(description = "Its place in the consumer, from 0.", required = true)
        int slot,

        @Schema(
                description = "The replica of the service it runs in; another after each start of one.",
                required = true)
        String replica,

        @Schema(description = "What it is doing.", required = true) @WordsOf(MemberState.class)
        String state,

        @Schema(description = "Since when.", required = true)
        Instant since,

        @Schema(description = "Why, where it is not simply at work.") @Nullable
        String reason,

        @Schema(description = "The id the group's coordinator knows it by; absent until it has joined.") @Nullable
        String memberId,

        @Schema(description = "What it owns; of one that stopped what it owned last.", required = true)
        List<AssignmentItem> assignment,

        @Schema(description = "Whether a report is overdue: its replica may be gone.", required = true)
        boolean stale,

        @Schema(description = "The last thing that went wrong.") @Nullable
        LastErrorItem lastError,

        @Schema(description = "When it reported this.", required = true)
        Instant observedAt) {

    /** The last thing that went wrong. */
    @Schema(name = "ConsumerMemberError", description = "The last thing that went wrong.")
    public record LastErrorItem(
            @Schema(description = "When.", required = true) Instant at,

            @Schema(description = "What, in words.", required = true)
            String message) {}

    public static ConsumerMember of(MemberView view) {
        MemberReport report = view.report();
        return new ConsumerMember(
                report.slot(),
                report.replica(),
                report.state().wireName(),
                report.since(),
                report.reason(),
                report.memberId(),
                assignment(report),
                view.stale(),
                report.lastError() == null
                        ? null
                        : new LastErrorItem(
                                report.lastError().at(), report.lastError().message()),
                report.at());
    }

    private static List<AssignmentItem> assignment(MemberReport report) {
        Map<String, List<Integer>> topics = new TreeMap<>();
        for (PartitionReport partition : report.partitions()) {
            topics.computeIfAbsent(partition.topic(), topic -> new ArrayList<>())
                    .add(partition.partition());
        }
        return topics.entrySet().stream()
                .map(entry -> new AssignmentItem(entry.getKey(), entry.getValue()))
                .toList();
    }
}
