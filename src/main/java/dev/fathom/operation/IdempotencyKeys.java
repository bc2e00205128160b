package dev.fathom.operation;

import dev.fathom.cluster.Cluster;
import dev.fathom.cluster.Clusters;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Requests that must not be carried out twice, by the key their caller gave them. The first replica to claim a key carries
 * its request out; the answer is kept in the journal, so every replica gives the same. A key is its caller's: whoever else
 * uses the same one neither sees that answer nor is refused because of it.
 */
@ApplicationScoped
public class IdempotencyKeys {

    static final Duration KEPT = Duration.ofHours(24);

    private final Clusters clusters;
    private final Journal journal;

    IdempotencyKeys(Clusters clusters, Journal journal) {
        this.clusters = clusters;
        this.journal = journal;
    }

    public record Answer(int status, Map<String, String> headers, byte[] body) {}

    /** A key that its caller sent with another request before. */
    public static class KeyReusedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        KeyReusedException(String key) {
            super("Idempotency-Key \"" + key
                    + "\" came with another request of yours within the last 24 hours; a new request needs a new key.");
        }
    }

    /** The limit of keys is reached; a new one is possible when the oldest is a day old. */
    public static class TooManyKeysException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        TooManyKeysException() {
            super(
                    "As many answers as this cluster's journal keeps were given to requests with an Idempotency-Key within the"
                            + " last 24 hours; send this request without one, and look before repeating it.");
        }
    }

    /**
     * What became of the attempt to claim a key.
     *
     * @param caller whose it is
     * @param answer the answer to give; empty when the caller is to carry the request out, and then to {@link #answer} it
     *     or {@link #release} the key
     */
    public record Claim(String caller, String key, String token, Optional<Answer> answer) {}

    /**
     * Claims a key for a request.
     *
     * @param caller who sent it
     * @param request a fingerprint of it
     * @throws ConflictException when it is being carried out now, or ended without an answer
     * @throws KeyReusedException when the key came with another request of the same caller
     * @throws TooManyKeysException when it is new, and no more are kept
     */
    public Claim claim(Cluster cluster, String caller, String key, String request) {
        Optional<ClaimedKeys.KeyState> known =
                journal.ask(cluster, history -> knownOrRoomFor(caller, key, request, history));
        String token = journal.newId();
        if (known.flatMap(ClaimedKeys.KeyState::answer).isEmpty()) {
            journal.append(cluster, key, new Entry.Claimed(key, token, request, caller));
            known = journal.ask(cluster, history -> history.keys().of(caller, key, request));
        }
        ClaimedKeys.KeyState state = known.orElseThrow();
        if (!state.body().equals(request)) {
            throw new KeyReusedException(key);
        }
        if (state.answer().isEmpty() && !state.token().equals(token)) {
            throw new ConflictException(operation(cluster, caller, key)
                    .map(operation -> "A request with Idempotency-Key \"" + key + "\" is being carried out, or ended"
                            + " without an answer: see operation " + operation.id() + ".")
                    .orElse("A request with Idempotency-Key \"" + key + "\" is being carried out now."));
        }
        return new Claim(caller, key, token, state.answer());
    }

    private static Optional<ClaimedKeys.KeyState> knownOrRoomFor(
            String caller, String key, String request, History history) {
        Optional<ClaimedKeys.KeyState> known = history.keys().of(caller, key, request);
        if (known.isEmpty() && history.keys().full()) {
            throw new TooManyKeysException();
        }
        return known;
    }

    /** Keeps the answer to a request whose key was claimed. */
    public void answer(Cluster cluster, Claim claim, Answer answer) {
        journal.append(
                again(cluster),
                claim.key(),
                new Entry.Answered(claim.key(), answer.status(), answer.headers(), answer.body(), claim.caller()));
    }

    /** Lets the key be used again: nothing was changed. */
    public void release(Cluster cluster, Claim claim) {
        journal.append(again(cluster), claim.key(), new Entry.Released(claim.key(), claim.token(), claim.caller()));
    }

    /** A handle with a new deadline: however long the request took, its answer is to be kept. */
    private Cluster again(Cluster cluster) {
        return clusters.named(cluster.name(), false);
    }

    /** The operation of a caller's request with a key, if any. */
    public Optional<Operation> operation(Cluster cluster, String caller, String key) {
        return journal.ask(again(cluster), history -> history.operationOf(caller, key));
    }
}
