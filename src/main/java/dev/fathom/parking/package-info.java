/**
 * Parked records: copies of records that a group could not get past, in a topic of the operator's choice.
 *
 * <p>{@link dev.fathom.parking.ParkedRecord} knows their headers, which are those of Kafka's own dead letters (KIP-1191) and a
 * few more, and gives the record back as it was; it is pure. {@link dev.fathom.parking.ParkingTopic} reads a parking topic from
 * its end backwards, within bounds, and writes to it. Moving the group past the record, and putting the record back, are changes
 * with a plan, a guard and a journal: they are in {@code reset}.
 */
package dev.fathom.parking;
