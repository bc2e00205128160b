package dev.fathom.diagnosis;

import dev.fathom.cluster.GroupType;
import dev.fathom.lag.GroupOffsets;
import dev.fathom.lag.PartitionLag;
import dev.fathom.lag.PartitionStatus;
import dev.fathom.progress.GroupHistory;
import dev.fathom.progress.GroupReport;
import dev.fathom.progress.PartitionReport;
import dev.fathom.progress.Verdict;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How many members a group should have for its unread records to be read within a time.
 *
 * @param members how many it has
 * @param wanted how many it should have; null where that does not follow from what is known
 * @param max the partitions it reads: more members than that would be idle
 * @param reason in words, with numbers
 */
public record Scale(int members, @Nullable Integer wanted, int max, String reason) {

    /** Rows of what is no more: nobody reads them. */
    private static final Set<PartitionStatus> GONE =
            EnumSet.of(PartitionStatus.TOPIC_DELETED, PartitionStatus.PARTITION_GONE);

    /** So much more than a whole number of members is no reason for one more: rates are means. */
    private static final double SLACK = 0.05;

    /** What the law sums up over the partitions. */
    private static final class Sums {
        private int known;
        private int unknown;
        private long readable;
        private long lost;
        private long stalled;
        private double produced;
        private Duration late = Duration.ZERO;

        private void add(PartitionLag row, Optional<PartitionReport> seen) {
            Long effective = row.effectiveLag();
            if (effective == null) {
                unknown++;
                return;
            }
            known++;
            lost += row.lostRecords() == null ? 0 : row.lostRecords();
            long tail = row.uncommittedTail() == null ? 0 : row.uncommittedTail();
            long unread = Math.max(0, effective - tail);
            if (seen.filter(of -> of.verdict() == Verdict.STALLED).isPresent()) {
                stalled += unread;
                return;
            }
            readable += unread;
            produced += seen.map(PartitionReport::produced)
                    .orElse(OptionalDouble.empty())
                    .orElse(0);
            if (unread > 0) {
                Duration least = seen.map(Scale::leastTimeLag).orElse(Duration.ZERO);
                late = least.compareTo(late) > 0 ? least : late;
            }
        }
    }

    /** A reset waits for the group to be empty: nobody may be in it. */
    public static Scale whileAResetWaits(GroupOffsets measured, String operation) {
        return new Scale(
                size(measured), 0, max(measured), "Operation " + operation + " waits for the group to be empty.");
    }

    /** Nothing follows. */
    public static Scale unknown(GroupOffsets measured, String reason) {
        return new Scale(size(measured), null, max(measured), reason);
    }

    /**
     * @param seen empty where nobody looks at the group, or has not yet
     * @param perMember the most a member has been seen to read, in offsets a second; empty while that is not known
     * @param target how long the unread records may take
     */
    public static Scale of(
            GroupOffsets measured, Optional<GroupReport> seen, OptionalDouble perMember, Duration target) {
        if (measured.group().type() == GroupType.SHARE) {
            return unknown(measured, "A share group has no commits to go by, and is not bound by its partitions.");
        }
        if (seen.isEmpty()) {
            return unknown(measured, "Nobody has looked at the group over time, so its rates are not known.");
        }
        Sums sums = new Sums();
        measured.rows().stream()
                .filter(Scale::isRead)
                .forEach(row -> sums.add(row, seen.get().of(row.partition())));
        if (sums.known == 0) {
            return unknown(measured, "The lag is known on none of " + sums.unknown + " partitions.");
        }
        return of(sums, size(measured), max(measured), perMember, target);
    }

    private static Scale of(Sums sums, int members, int max, OptionalDouble perMember, Duration target) {
        double needed = sums.produced + sums.readable / (target.toMillis() / 1000.0);
        String unread = sums.readable + " offsets are unread" + ", and " + perSecond(sums.produced) + " are written";
        Scale scale;
        if (needed == 0 && sums.stalled > 0) {
            scale = new Scale(members, members, max, "All that is unread is on partitions that have stalled.");
        } else if (needed == 0) {
            scale = new Scale(members, 0, max, "Nothing is unread, and nothing is written.");
        } else if (perMember.isEmpty() || perMember.getAsDouble() <= 0) {
            scale = new Scale(
                    members,
                    Math.max(1, members),
                    max,
                    unread + "; how much a member reads is not known yet, so no more than "
                            + (members == 0 ? "one." : "now."));
        } else {
            long byRate = Math.max(1, (long) Math.ceil(needed / perMember.getAsDouble() - SLACK));
            boolean late = sums.late.compareTo(target) > 0;
            long wanted = members == 0 ? byRate : late ? Math.max(byRate, members) : Math.min(byRate, members);
            String reason = unread + ": to read that within " + target + " takes " + perSecond(needed)
                    + ", and a member has read up to " + perSecond(perMember.getAsDouble()) + ".";
            if (members > 0 && !late && byRate > members) {
                reason += " The oldest of it has not been there for longer than that, so no more than now.";
            }
            if (late && byRate < members) {
                reason += " It has been there for longer than that, so no fewer than now.";
            }
            scale = new Scale(members, (int) Math.min(Integer.MAX_VALUE, wanted), max, reason);
        }
        return scale.besides(sums);
    }

    private Scale besides(Sums sums) {
        int number = wanted == null ? 0 : wanted;
        StringBuilder more = new StringBuilder(reason);
        if (sums.lost > 0) {
            more.append(" ").append(sums.lost).append(" offsets are lost and do not count.");
        }
        if (sums.stalled > 0) {
            more.append(" ")
                    .append(sums.stalled)
                    .append(" are on partitions that have stalled and do not count: more members do not help.");
        }
        if (sums.unknown > 0) {
            more.append(" The lag of ").append(sums.unknown).append(" partitions is not known");
            more.append(number < members ? ", so no fewer than now." : " and does not count.");
            number = Math.max(number, members);
        }
        if (number > max) {
            more.append(" It reads ").append(max).append(" partitions, so no more than that.");
        }
        return new Scale(members, Math.min(number, max), max, more.toString());
    }

    private static boolean isRead(PartitionLag row) {
        return !GONE.contains(row.status()) && !row.stale();
    }

    private static int max(GroupOffsets measured) {
        return (int) measured.rows().stream().filter(Scale::isRead).count();
    }

    private static int size(GroupOffsets measured) {
        return measured.group().members().size();
    }

    private static Duration leastTimeLag(PartitionReport of) {
        if (!of.timeLag().known()) {
            return Duration.ZERO;
        }
        Duration bound = of.timeLag().errorBound();
        return bound == null ? of.timeLag().duration() : of.timeLag().duration().minus(bound);
    }

    private static String perSecond(double rate) {
        return String.format(Locale.ROOT, rate < 10 ? "%.2f/s" : "%.0f/s", rate);
    }

    /**
     * How far apart the points of a history must be for what is read between two of them to be a rate: commits come in steps.
     *
     * @param finest what the history has
     */
    public static Duration step(GroupReport seen, Duration finest) {
        return seen.partitions().stream()
                .flatMap(partition -> partition.usualGap().stream())
                .map(gap -> gap.multipliedBy(3))
                .filter(gap -> gap.compareTo(finest) > 0)
                .max(Duration::compareTo)
                .orElse(finest);
    }

    /**
     * The most that a member has been seen to read, in offsets a second: what a group reads that keeps up says little of what it
     * could. Empty while no two points had the same members.
     */
    public static OptionalDouble perMember(GroupHistory history) {
        OptionalDouble most = OptionalDouble.empty();
        for (int i = 1; i < history.points().size(); i++) {
            GroupHistory.Point point = history.points().get(i);
            boolean steady = Reading.steady(history, history.points().get(i - 1), point);
            if (steady && point.consumed().orElse(0) > 0) {
                double each = point.consumed().getAsDouble() / point.members();
                most = OptionalDouble.of(Math.max(each, most.orElse(0)));
            }
        }
        return most;
    }
}
