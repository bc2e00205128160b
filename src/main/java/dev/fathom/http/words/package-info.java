/** Which words a field or parameter can have: those of an enum, said where the field is. Needs nothing else of {@code http}. */
package dev.fathom.http.words;
