/**
 * Who may do what: grants read from the configuration, and a view of a cluster that shows a caller no more than those allow.
 *
 * <p>Who a caller is, is found out in {@code http.auth}. Features ask whatever {@code Cluster} they are handed and cannot
 * tell the view from the whole.
 */
package dev.fathom.access;
