/** What is known of groups as Prometheus metrics, under the names that dashboards already use. */
package dev.fathom.http.metrics;
