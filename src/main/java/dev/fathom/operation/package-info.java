/**
 * The journal: every change made through the service, on the cluster it was made on, with what was there before and
 * after. It is also what keeps replicas from overwriting each other.
 *
 * <p>To change a group, hand a {@link dev.fathom.operation.JournaledChange} to the {@link dev.fathom.operation.ChangeRunner},
 * which appends the intent, reads the journal to its end, yields to an earlier open intent, lets the change look again,
 * prepare and carry itself out, and appends the outcome. {@code History} folds the entries of the log into
 * {@link dev.fathom.operation.Operation}s and asks nothing; {@link dev.fathom.operation.Journal} keeps one for each
 * cluster and reads on before it answers. {@code Recovery} finds out what became of intents whose replica is gone.
 *
 * <p>Its stored form is JSON ({@code Entries}); nothing here knows HTTP.
 */
package dev.fathom.operation;
