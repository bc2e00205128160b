package dev.fathom.progress;

import dev.fathom.cluster.TopicPartition;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What is known of one group on one partition, as of the last look.
 *
 * @param uncommittedTail what open transactions hold back; {@link Look#UNKNOWN} when not known
 * @param pending whether a member, or nobody at all, has something to read there and too little was seen to judge how that goes
 * @param since the first look at what speaks for the verdict
 * @param reason the verdict in one sentence
 * @param owned whether a member is assigned the partition
 * @param standing how long the commit has stood, as far as was watched
 * @param consumed offsets a second; 0 when the commit did not move for as long as rates are taken over
 * @param produced offsets a second over the same span
 * @param usualGap how often its member commits
 * @param rewoundFrom where it was before its commit fell; empty when it did not
 */
public record PartitionReport(
        TopicPartition partition,
        TimeLag.Place place,
        long uncommittedTail,
        TimeLag timeLag,
        Optional<Duration> recordAge,
        Verdict verdict,
        boolean pending,
        Instant since,
        String reason,
        boolean owned,
        Duration standing,
        OptionalDouble consumed,
        OptionalDouble produced,
        Optional<Duration> usualGap,
        Optional<CatchUp> catchUp,
        Optional<Loss> loss,
        OptionalLong rewoundFrom) {

    static PartitionReport of(
            TopicPartition partition,
            PartitionProgress progress,
            LogProgress log,
            Loss.Keeps keeps,
            TimeLag timeLag,
            GroupFacts facts,
            Rules rules,
            Ticks ticks,
            int now) {
        TimeLag.Place place = new TimeLag.Place(progress.committed(), log.first(), log.end());
        Optional<Pace> pace = progress.pace(now);
        Optional<Duration> usual = progress.usualGap().isPresent()
                ? Optional.of(Ticks.duration(progress.usualGap().getAsInt()))
                : Optional.empty();
        boolean still = now - Math.max(facts.evidenceFrom(), progress.changedAt()) > progress.paceWindow();
        Optional<CatchUp> catchUp = place.committed() >= place.end() || still
                ? Optional.empty()
                : pace.flatMap(of -> CatchUp.of(of, progress.usualGap().orElse(0), rules, ticks));
        PartitionReport unreasoned = new PartitionReport(
                partition,
                place,
                log.stable() == Look.UNKNOWN ? Look.UNKNOWN : log.end() - log.stable(),
                timeLag,
                TimeLag.recordAge(place, progress.read(), ticks.millis(now)),
                progress.verdict(),
                progress.pending(facts),
                ticks.instant(progress.since()),
                "",
                progress.owned(),
                Ticks.duration(Math.max(0, now - progress.standingSince(facts.evidenceFrom()))),
                still
                        ? OptionalDouble.of(0)
                        : pace.map(of -> OptionalDouble.of(of.consumed())).orElse(OptionalDouble.empty()),
                still
                        ? OptionalDouble.empty()
                        : pace.map(of -> OptionalDouble.of(of.produced())).orElse(OptionalDouble.empty()),
                usual,
                catchUp,
                Loss.of(timeLag, keeps),
                progress.rewoundFrom() == Look.UNKNOWN
                        ? OptionalLong.empty()
                        : OptionalLong.of(progress.rewoundFrom()));
        return unreasoned.saying(Reasons.of(unreasoned, facts, rules, ticks, now));
    }

    private PartitionReport saying(String sentence) {
        return new PartitionReport(
                partition,
                place,
                uncommittedTail,
                timeLag,
                recordAge,
                verdict,
                pending,
                since,
                sentence,
                owned,
                standing,
                consumed,
                produced,
                usualGap,
                catchUp,
                loss,
                rewoundFrom);
    }

    /** Records between commit and end, in offsets; 0 when the commit lies beyond the end. */
    public long lag() {
        return Math.max(0, place.end() - place.committed());
    }
}
