/**
 * Clusters: what is configured, what each can do, and their part in readiness.
 */
package dev.fathom.http.cluster;
