/**
 * The only package that knows HTTP: one resource class for each part of the contract, whose methods read a request, ask
 * one feature and turn its answer into a record of {@link dev.fathom.http.model}.
 *
 * <p>Around them: {@code RequestId} and {@code RawRequest} look at a request before it is matched, {@code KnownParameters}
 * refuses parameters an operation does not have, {@code Rendering} writes answers as JSON or CSV with their ETag, and
 * {@link dev.fathom.http.problem} turns every failure into a problem of the catalogue.
 */
package dev.fathom.http;
