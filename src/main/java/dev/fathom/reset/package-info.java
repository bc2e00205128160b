/**
 * Changing groups: a request becomes a snapshot of the group and its logs, that becomes a plan, and the plan is shown, or
 * carried out and verified.
 *
 * <p>Whatever moves or deletes commits is a {@code Proposal} and goes through {@code Mover}, the one path from a proposal to
 * a dry run or a change: {@link dev.fathom.reset.Resets}, {@link dev.fathom.reset.Undos},
 * {@link dev.fathom.reset.Deletions}. {@code SnapshotReader} asks the cluster everything a plan needs and gives it as a
 * {@code ResetSnapshot}; a planner ({@code Planner} for resets) turns that into a {@link dev.fathom.reset.Plan} without asking
 * anything, so the dry run and the real thing go the same way up to the last step, which is {@code OffsetMove}.
 * {@link dev.fathom.reset.PlanTag} says whether a plan still stands, {@link dev.fathom.reset.Guard} holds a caller to it.
 *
 * <p>What is made of these: {@code DeferredResets} apply once a group is empty, {@link dev.fathom.reset.Cleanups} delete
 * groups nobody uses. {@link dev.fathom.reset.MemberRemovals} change no commits and share the guard and the journal.
 *
 * <p>Called by {@code http}; uses {@code operation} to journal and serialise what it does, {@code group} to find groups.
 */
package dev.fathom.reset;
