package dev.fathom.http.group;

import dev.fathom.http.words.WordsOf;
import dev.fathom.progress.GroupReport;
import dev.fathom.progress.PartitionReport;
import dev.fathom.progress.Verdict;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What is the matter, in a word and a sentence. */
@Schema(description = "What is the matter, as far as was seen by looking again and again.")
public record VerdictItem(
        @Schema(
                description =
                        "The first that fits: losing, unread records are deleted; blocked, an open transaction holds back what comes after"
                                + " the commit; rewound, the commit fell; unstable, members change again and again; stopped, nobody is"
                                + " in the group; stalled, a member does not commit; periodic, it works now and then; behind, the lag"
                                + " grows; ok; unknown, too little has been seen.",
                required = true)
        @WordsOf(value = Verdict.class, open = true)
        String status,

        @Schema(description = "The first look at what speaks for it; absent while it is unknown.") @Nullable
        Instant since,

        @Schema(description = "Why, in a sentence with the numbers it rests on.", required = true)
        String reason) {

    static VerdictItem of(PartitionReport of) {
        return new VerdictItem(
                of.verdict().wireName(), of.verdict() == Verdict.UNKNOWN ? null : of.since(), of.reason());
    }

    public static VerdictItem of(GroupReport of) {
        return new VerdictItem(
                of.verdict().wireName(),
                of.verdict() == Verdict.UNKNOWN ? null : of.since().orElse(null),
                of.reason());
    }

    /** Of what nobody has looked at. */
    public static VerdictItem unknown(String reason) {
        return new VerdictItem(Verdict.UNKNOWN.wireName(), null, reason);
    }
}
