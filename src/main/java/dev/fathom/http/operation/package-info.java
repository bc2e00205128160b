/**
 * The journal of changes: its list, each operation, cancel and undo.
 */
package dev.fathom.http.operation;
