package dev.fathom.pool.worker;

/**
 * What one partition adds to its member's {@link HeldRecords}: what was received until it is passed, or, where that is wanted,
 * until it is committed. Guarded by the {@link PartitionWork} it is part of.
 */
final class Weight {

    private final HeldRecords load;
    private final boolean heldUntilCommitted;
    /** Of what was received and not passed. */
    private int records;

    private long bytes;
    /** Done and passed by what may be committed, and not committed yet. */
    private int passedRecords;

    private long passedBytes;
    /** Those of them that the commit now under way covers. */
    private int coveredRecords;

    private long coveredBytes;

    Weight(HeldRecords load, boolean heldUntilCommitted) {
        this.load = load;
        this.heldUntilCommitted = heldUntilCommitted;
    }

    void received(int count, long size) {
        records += count;
        bytes += size;
        load.add(count, size);
    }

    /** Let go of without being done. */
    void gaveBack(int count, long size) {
        records -= count;
        bytes -= size;
        load.release(count, size);
    }

    void passed(int count, long size) {
        records -= count;
        bytes -= size;
        if (heldUntilCommitted) {
            passedRecords += count;
            passedBytes += size;
        } else if (count > 0) {
            load.release(count, size);
        }
    }

    /** A commit of what was passed is under way. */
    void committing() {
        coveredRecords = passedRecords;
        coveredBytes = passedBytes;
    }

    void committed() {
        load.release(coveredRecords, coveredBytes);
        passedRecords -= coveredRecords;
        passedBytes -= coveredBytes;
        coveredRecords = 0;
        coveredBytes = 0;
    }

    void purged() {
        load.release(records(), bytes());
        records = 0;
        bytes = 0;
        passedRecords = 0;
        passedBytes = 0;
        coveredRecords = 0;
        coveredBytes = 0;
    }

    int records() {
        return records + passedRecords;
    }

    long bytes() {
        return bytes + passedBytes;
    }
}
