/**
 * Parking the record a group cannot get past, what is parked, and putting it back.
 */
package dev.fathom.http.parking;
