package dev.fathom.pool.worker;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;

/**
 * How a member's queue is shared among its partitions. Two rules:
 *
 * <ul>
 *   <li>Room: no partition takes so much that another, which holds nothing, could not be polled. So one that waits, for its
 *       sink or for its next try, never stops the others.
 *   <li>Turns: while one that holds less than its share has more in its log, none takes more than its share. So all of them
 *       are worked on beside each other, and not one after the other. Where the others have nothing, one may take most of
 *       the queue.
 * </ul>
 *
 * @param capacity the most records that are held
 * @param bytes from which nothing more is fetched
 * @param polled the most records one poll returns, of whichever partition
 */
record Shares(int capacity, long bytes, int polled) {

    /**
     * What is held of one partition.
     *
     * @param stands nothing of it is to be fetched, whatever the room
     * @param backsOff something of it failed and waits: it asks for nothing more, and its bytes count as no more than its share
     */
    record Held(TopicPartition partition, int records, long bytes, boolean stands, boolean backsOff) {}

    /** The most records one of so many partitions is to hold while others have more in their logs. */
    int share(int partitions) {
        return Math.max(polled, capacity / Math.max(1, partitions));
    }

    long shareOfBytes(int partitions) {
        return bytes / Math.max(1, partitions);
    }

    /** @param hasMore whether there is more in its log, as far as that is known; asked where it matters only */
    Set<TopicPartition> toFetch(Collection<Held> all, Predicate<TopicPartition> hasMore) {
        Room room = new Room(all);
        Set<TopicPartition> fetched = new HashSet<>();
        List<TopicPartition> beyondTheirShares = new ArrayList<>();
        List<TopicPartition> within = new ArrayList<>();
        for (Held held : all) {
            boolean over = room.overShare(held);
            if (!over && !held.backsOff()) {
                within.add(held.partition());
            }
            if (!held.stands() && room.has(held)) {
                if (!over) {
                    fetched.add(held.partition());
                } else if (!held.backsOff()) {
                    beyondTheirShares.add(held.partition());
                }
            }
        }
        if (!beyondTheirShares.isEmpty() && within.stream().noneMatch(hasMore)) {
            fetched.addAll(beyondTheirShares);
        }
        return fetched;
    }

    private final class Room {

        private final int partitions;
        private final long reservedRecords;
        private final long reservedBytes;
        private int records;
        private long weight;
        private int kept;
        private long keptBytes;

        private Room(Collection<Held> all) {
            this.partitions = all.size();
            int others = Math.max(1, partitions - 1);
            // Where all are empty one poll must fit, however many they are.
            this.reservedRecords = Math.max(0, Math.min(polled, (capacity - polled) / others));
            this.reservedBytes = shareOfBytes(partitions) / 2;
            for (Held held : all) {
                records += held.records();
                weight += held.backsOff() ? Math.min(held.bytes(), reservedBytes) : held.bytes();
                kept += keptFor(held);
                keptBytes += keptBytesFor(held);
            }
        }

        private int keptFor(Held held) {
            return held.backsOff() ? 0 : (int) Math.max(0, reservedRecords - held.records());
        }

        private long keptBytesFor(Held held) {
            return held.backsOff() ? 0 : Math.max(0, reservedBytes - held.bytes());
        }

        private boolean has(Held held) {
            return records + polled + kept - keptFor(held) <= capacity
                    && weight + keptBytes - keptBytesFor(held) < bytes;
        }

        private boolean overShare(Held held) {
            return held.records() + polled > share(partitions) || held.bytes() >= shareOfBytes(partitions);
        }
    }
}
