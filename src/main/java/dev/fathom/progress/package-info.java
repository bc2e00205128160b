/**
 * What follows from looking at a group again and again: how far behind in time it is, how fast it moves, until when, and what
 * is the matter with it.
 *
 * <p>Everything here is pure: it is told what was seen and when, asks nothing, and has no clock. {@code EndRuns} remember where a
 * log ended when, {@link dev.fathom.progress.TimeLag} is read off them, {@code Changes} remember when a commit moved,
 * {@link dev.fathom.progress.Pace} and {@link dev.fathom.progress.CatchUp} follow from those, and
 * {@link dev.fathom.progress.Verdict} says in one word what it comes to. {@link dev.fathom.progress.GroupProgress} and
 * {@link dev.fathom.progress.LogProgress} hold all that of one group and one log. Who looks, and how often, is {@code sampling}'s.
 */
package dev.fathom.progress;
