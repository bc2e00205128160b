/**
 * The contract beyond the annotations of resources: what is the same for many operations, and what each needs.
 */
package dev.fathom.http.contract;
