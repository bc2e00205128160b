/**
 * What calls that change something have in common: the order in which they are refused, dry run, guard, read-only clusters, and
 * keys that make them happen once.
 */
package dev.fathom.http.change;
