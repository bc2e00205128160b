package dev.fathom.http.answer;

/**
 * An answer, or a row of one, that tells what is another at every moment although nothing happened: how long ago something was, how
 * fast, and a verdict with a sentence that says so. That is no part of its tag.
 */
public interface OfTheMoment {}
