/**
 * Groups: their list and detail, members, offsets and lag.
 */
package dev.fathom.http.group;
