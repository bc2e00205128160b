/**
 * Changing groups: a request becomes a snapshot of the group and its logs, that becomes a plan, and the plan is shown, or
 * carried out and verified.
 *
 * <p>Whatever moves or deletes commits is a {@code Proposal}: {@code survey} asks the cluster everything a plan needs and gives
 * an immutable {@code ResetSnapshot}, {@code plan} turns that into a {@link dev.fathom.reset.Plan} without asking anything.
 * {@code Mover} is the one path from there to a dry run or a change: {@link dev.fathom.reset.Resets}, {@link dev.fathom.reset.Undos},
 * {@link dev.fathom.reset.Deletions}.
 * {@code SnapshotReader} reads for all of them, and the last step is {@code OffsetMove}.
 * {@link dev.fathom.reset.PlanTag} says whether a plan still stands, {@link dev.fathom.reset.Guard} holds a caller to it.
 *
 * <p>What is made of these: {@code DeferredResets} apply once a group is empty, {@link dev.fathom.reset.Cleanups} delete
 * groups nobody uses, {@link dev.fathom.reset.Parks} copy the record a group stands at before they move it.
 * {@link dev.fathom.reset.MemberRemovals} and {@link dev.fathom.reset.Redrives} change no commits and share the guard and the
 * journal.
 */
package dev.fathom.reset;
