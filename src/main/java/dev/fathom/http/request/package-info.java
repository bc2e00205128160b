/**
 * Requests: the filters that look at one before a resource is called ({@code RawRequest}, {@code InFlight},
 * {@code KnownParameters}), who may work when ({@code Lane}), and what resources read its path, query and body with.
 */
package dev.fathom.http.request;
