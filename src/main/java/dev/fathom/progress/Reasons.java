package dev.fathom.progress;

import java.time.Duration;

/** Verdicts in one sentence, with the numbers they rest on. */
final class Reasons {

    private Reasons() {}

    static String of(PartitionReport of, GroupFacts group, Rules rules, Ticks ticks, int now) {
        String lag = Told.records(of.lag());
        return switch (of.verdict()) {
            case LOSING -> losing(of);
            case BLOCKED ->
                "The commit stands at the last stable offset, " + of.place().committed() + ", and "
                        + Told.records(of.uncommittedTail()) + " after it are held back by an open transaction.";
            case REWOUND ->
                "The commit fell from " + of.rewoundFrom().orElse(0) + " and is at "
                        + of.place().committed() + " now: "
                        + Told.records(of.rewoundFrom().orElse(0) - of.place().committed()) + " are read again.";
            case UNSTABLE ->
                "The members or what they own change again and again, or the group was out of stable for half of"
                        + " the last " + Told.of(rules.window()) + ".";
            case STOPPED ->
                "Nobody has been in the group for "
                        + Told.of(Ticks.duration(now - Math.max(0, group.abandonedSince())))
                        + ", no commit moved, and " + lag + " are unread.";
            case STALLED ->
                "A member owns the partition and has not committed for " + Told.of(of.standing()) + " while " + lag
                        + " were there to read; " + usual(of, rules);
            case PERIODIC ->
                "The group works about every " + Told.of(Ticks.duration(group.period()))
                        + " and last began " + Told.of(Ticks.duration(now - group.lastBegin())) + " ago; " + lag
                        + " wait for the next time.";
            case BEHIND -> "Commits move" + rates(of) + ", and the lag left after each grows: it is " + lag + " now.";
            case OK ->
                of.lag() == 0 ? "Everything is read." : lag + " are unread" + age(of) + ", and that does not grow.";
            case UNKNOWN -> unknown(of);
        };
    }

    private static String losing(PartitionReport of) {
        long lost = of.place().first() - of.place().committed();
        if (lost > 0) {
            return Told.records(lost) + " after the commit, " + of.place().committed()
                    + ", are gone: the log begins at " + of.place().first() + ".";
        }
        return "The first unread record" + age(of) + " is among the next to be deleted"
                + of.loss()
                        .map(loss -> ", by " + loss.latest() + " at the latest")
                        .orElse("")
                + ", and it is not read before.";
    }

    private static String usual(PartitionReport of, Rules rules) {
        return of.usualGap().isPresent()
                ? "it commits every " + Told.of(of.usualGap().get()) + " as a rule."
                : "how often it commits as a rule is not known, so it was given "
                        + Told.of(rules.stallAfter().multipliedBy(Rules.PATIENCE_WITH_STRANGERS)) + ".";
    }

    private static String rates(PartitionReport of) {
        return of.consumed().isPresent() && of.produced().isPresent()
                ? " by " + Told.perSecond(of.consumed().getAsDouble()) + " while "
                        + Told.perSecond(of.produced().getAsDouble()) + " are written"
                : "";
    }

    private static String age(PartitionReport of) {
        Duration age = of.timeLag().value();
        if (age == null || age.isZero()) {
            return "";
        }
        return of.timeLag().method() == TimeLag.Method.AT_LEAST
                ? ", there for " + Told.of(age) + " at least,"
                : ", there for " + Told.of(age) + ",";
    }

    private static String unknown(PartitionReport of) {
        if (of.place().committed() > of.place().end()) {
            return "The commit, " + of.place().committed() + ", lies beyond the end of the log, "
                    + of.place().end() + ": it was truncated or made again.";
        }
        return "Too little has been seen of it to say more.";
    }
}
