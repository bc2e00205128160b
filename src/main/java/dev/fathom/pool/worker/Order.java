package dev.fathom.pool.worker;

/** How the records of a partition follow each other. */
enum Order {
    /** Each waits for the one before it. */
    ONE_BY_ONE,
    /** All may be on their way, since the sink keeps their order; after a failure all that follow are sent again. */
    IN_ORDER,
    /** Those of a lane wait for each other; a key is always in the same lane. */
    BY_KEY,
    /** None waits for another. */
    FREE;

    /** Whether one that failed holds all that come after it. */
    boolean binds() {
        return this == ONE_BY_ONE || this == IN_ORDER;
    }

    /**
     * How many lanes there are.
     *
     * @param asked by the definition, as in {@link #inFlight}
     */
    int lanes(int asked) {
        return this == BY_KEY ? asked : 1;
    }

    /** How many of a lane may be in flight at once. */
    int inFlight(int asked) {
        return switch (this) {
            case ONE_BY_ONE, BY_KEY -> 1;
            case IN_ORDER -> Integer.MAX_VALUE;
            case FREE -> asked;
        };
    }
}
