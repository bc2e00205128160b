/**
 * Managed consumers: definitions, commands, members, stats, events and resets.
 */
package dev.fathom.http.consumer;
