/**
 * Topics as a plain connection sees them: what there is, where their logs begin and end, where a position lies, which
 * records are there. No group is involved and nothing is ever committed.
 */
package dev.fathom.topic;
