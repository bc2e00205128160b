/**
 * Groups as operators look for them: find one by its id, list them filtered, sorted and paged.
 *
 * <p>{@link dev.fathom.group.Groups} knows which group is of which type, and what to do when that has changed since it
 * was listed. Lag comes from {@code lag}.
 */
package dev.fathom.group;
