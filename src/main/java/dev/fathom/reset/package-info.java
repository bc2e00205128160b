/**
 * Moving offsets: a request becomes a snapshot of the group and its logs, that becomes a plan, and the plan is shown, or
 * carried out and verified.
 *
 * <p>{@link dev.fathom.reset.Resets} is where requests come in. {@code Surveyor} asks the cluster everything a plan needs
 * and gives it as a {@code Situation}; {@code Planner} turns situation and request into a {@link dev.fathom.reset.Plan}
 * without asking anything, so the dry run and the real thing go the same way up to the last step; {@code OffsetMove} is
 * that step. {@link dev.fathom.reset.PlanTag} says whether a plan still stands. Undo and the deletion of offsets are plans
 * made in another way ({@link dev.fathom.reset.Undos}, {@link dev.fathom.reset.Deletions}).
 *
 * <p>Called by {@code http}; uses {@code operation} to journal and serialise what it does.
 */
package dev.fathom.reset;
