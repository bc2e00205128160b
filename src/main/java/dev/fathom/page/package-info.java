/**
 * Keyed paging: a list is sorted by a text key per item, a page is so many items after a key, and the key of its last
 * item is where the next page begins. Items that come and go between two pages never shift the others.
 *
 * <p>{@code http} turns the key into the opaque cursor of the contract.
 */
package dev.fathom.page;
