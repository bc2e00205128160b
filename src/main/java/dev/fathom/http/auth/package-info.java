/**
 * Who calls, and whether they may: authentication by the configured mode, the level every operation needs, what a caller sees of
 * clusters, and the audit line of each change.
 *
 * <p>A request passes {@code EntryFilter} (who is it), {@code Authorization} (may they do this at all) and, in its resource,
 * {@code CallerClusters} (what do they see). What is granted is decided in {@code dev.fathom.access}.
 */
package dev.fathom.http.auth;
