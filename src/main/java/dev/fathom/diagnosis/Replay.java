package dev.fathom.diagnosis;

import dev.fathom.cluster.TopicPartition;
import dev.fathom.progress.GroupHistory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How long a group that is moved back will take to read up to the end of its logs, if it reads as it did.
 *
 * @param offsets between where it is moved to and the ends
 * @param shortest at the quickest it was seen to read; empty where it is not known, or would never be there
 * @param longest at its usual pace; the same
 * @param reason why one of them is empty; empty where none is
 * @param outlived partitions on which records will be deleted before they are reached
 */
public record Replay(
        long offsets,
        Optional<Duration> shortest,
        Optional<Duration> longest,
        Optional<String> reason,
        List<Outlived> outlived) {

    /** A group that was moved has to be started, too. */
    private static final Duration STARTING = Duration.ofMinutes(10);

    private static final Duration LONGEST = Duration.ofDays(366);

    /**
     * One partition after the move.
     *
     * @param unread from where it is moved to up to the end
     * @param age how long the first of that has been there at the least; empty where that is not known
     * @param kept how long the log keeps records; empty when for ever, and where that is not known
     */
    public record Part(TopicPartition partition, long unread, Optional<Duration> age, Optional<Duration> kept) {}

    /** A partition that is deleted faster than it is read. */
    public record Outlived(TopicPartition partition, String detail) {}

    /**
     * How fast a group reads and how fast is written what it reads, in offsets a second.
     *
     * @param usual the median of what was seen while it read
     * @param most of that
     */
    public record Pace(double usual, double most, double written) {

        /**
         * Empty where it was not seen to read. What lies between two points counts while nobody came or went: a move of an
         * empty group looks like reading.
         */
        public static Optional<Pace> of(GroupHistory history) {
            List<Double> rates = new ArrayList<>();
            double written = 0;
            for (int i = 1; i < history.points().size(); i++) {
                GroupHistory.Point before = history.points().get(i - 1);
                GroupHistory.Point point = history.points().get(i);
                if (Reading.steady(history, before, point) && point.consumed().orElse(0) > 0) {
                    rates.add(point.consumed().getAsDouble());
                }
                written = point.produced().orElse(written);
            }
            rates.sort(null);
            return rates.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Pace(rates.get(rates.size() / 2), rates.get(rates.size() - 1), written));
        }
    }

    /**
     * @param parts those that are moved back
     * @param pace empty where the group was not seen to read
     */
    public static Replay of(List<Part> parts, Optional<Pace> pace) {
        long offsets = parts.stream().mapToLong(Part::unread).sum();
        if (pace.isEmpty()) {
            return new Replay(
                    offsets,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of("How fast the group reads is not known: it has not been seen to."),
                    outlived(parts, Optional.empty()));
        }
        Optional<Duration> shortest =
                time(offsets, pace.get().most() - pace.get().written());
        Optional<Duration> longest =
                time(offsets, pace.get().usual() - pace.get().written());
        return new Replay(
                offsets,
                shortest,
                longest,
                longest.isPresent()
                        ? Optional.empty()
                        : Optional.of(String.format(
                                Locale.ROOT,
                                "The group was seen to read up to %.2f/s, %.2f/s as a rule, while %.2f/s are written:"
                                        + " it may never reach the end.",
                                pace.get().most(),
                                pace.get().usual(),
                                pace.get().written())),
                outlived(parts, Optional.of(longest.or(() -> shortest).orElse(LONGEST))));
    }

    private static Optional<Duration> time(long offsets, double gain) {
        double seconds = offsets / gain;
        return gain <= 0 || seconds > LONGEST.toSeconds()
                ? Optional.empty()
                : Optional.of(Duration.ofMillis((long) Math.ceil(seconds * 1000)));
    }

    /**
     * Records are deleted by age, the oldest first, and read in the same order. As they came evenly, some are deleted before they
     * are reached if reading takes longer than they are kept; or at once, if the first are about to be deleted.
     */
    private static List<Outlived> outlived(List<Part> parts, Optional<Duration> takes) {
        List<Outlived> outlived = new ArrayList<>();
        for (Part part : parts) {
            if (part.kept().isEmpty() || part.unread() == 0) {
                continue;
            }
            Duration kept = part.kept().get();
            Optional<Duration> left = part.age().map(kept::minus);
            if (takes.filter(time -> time.compareTo(kept) > 0).isPresent()) {
                outlived.add(new Outlived(
                        part.partition(),
                        part.partition() + ": reading up to the end takes longer than the " + kept
                                + " that records are kept."));
            } else if (left.filter(time -> time.compareTo(STARTING) < 0).isPresent()) {
                outlived.add(new Outlived(
                        part.partition(),
                        part.partition() + ": the first records after the move are "
                                + part.age().get() + " old and are kept for " + kept
                                + ": they may be deleted before they are read."));
            }
        }
        return outlived;
    }
}
