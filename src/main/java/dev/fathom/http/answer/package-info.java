/**
 * Answers: lists and their pages, CSV, and how all are written, with their ETag.
 */
package dev.fathom.http.answer;
