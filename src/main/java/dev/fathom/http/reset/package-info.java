/**
 * Changes of groups: resets and deletions of commits, removal of members and groups, cleanup.
 */
package dev.fathom.http.reset;
