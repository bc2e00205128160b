/**
 * The page at {@code /}: what the API answers, as HTML for people.
 *
 * <p>Nothing is known here that the API does not tell: {@code ApiAnswers} asks the resources as a caller would, under the same
 * permissions, and the views make text of the JSON. The page reads; what changes something, a script of the page sends to the
 * API itself.
 */
package dev.fathom.http.page;
