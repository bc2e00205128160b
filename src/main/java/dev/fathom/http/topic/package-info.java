/**
 * Topics: partitions, offsets, positions, records and readers.
 */
package dev.fathom.http.topic;
