package dev.fathom.progress;

/**
 * What looks showed of a commit around a moment: the same twice where two of them agree. In ticks.
 *
 * @param atLeast the lowest it was
 * @param atMost the highest it was
 * @param from a look before the moment
 * @param until a look after it
 */
record Seen(long atLeast, long atMost, int from, int until) {}
