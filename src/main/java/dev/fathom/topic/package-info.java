/**
 * Topics as a plain connection sees them: what there is, where their logs begin and end, where a position lies, which
 * records are there. No group is involved and nothing is ever committed.
 *
 * <p>Called by {@code http}; asks {@code cluster}, with places named by {@code position}.
 */
package dev.fathom.topic;
