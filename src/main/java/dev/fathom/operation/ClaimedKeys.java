package dev.fathom.operation;

import dev.fathom.operation.Entry.Answered;
import dev.fathom.operation.Entry.Claimed;
import dev.fathom.operation.Entry.Released;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The idempotency keys of one cluster's journal, read in its order: each is its caller's, and two callers may use the same. */
final class ClaimedKeys {

    /** Of requests with a key within a day; every replica holds their answers. */
    private static final int MOST_KEYS = 20_000;

    private static final long MOST_ANSWERED_BYTES = 64L << 20;

    private final Map<KeyOf, Keyed> keys = new LinkedHashMap<>();

    /** @param caller null for what an earlier version wrote, which did not say whose it was */
    private record KeyOf(@Nullable String caller, String key) {}

    private static final class Keyed {
        private final Claimed claim;
        private final Instant at;
        private @Nullable Answered answer;

        private Keyed(Claimed claim, Instant at) {
            this.claim = claim;
            this.at = at;
        }
    }

    /** @param body a fingerprint of the request */
    record KeyState(String token, String body, Optional<IdempotencyKeys.Answer> answer) {}

    /** @param cameToSomething whether there is an operation of the key by a caller; of anybody for null */
    void claimed(Claimed claimed, Instant at, Predicate<String> cameToSomething) {
        Keyed known = known(claimed.caller(), claimed.key(), claimed.request());
        boolean dead = known != null
                && known.answer == null
                && at.isAfter(known.at.plus(History.INTENT_STANDS))
                && !cameToSomething.test(known.claim.caller());
        if (known == null || dead) {
            // As the youngest, also where it was claimed before.
            KeyOf mine = new KeyOf(claimed.caller(), claimed.key());
            keys.remove(mine);
            keys.put(mine, new Keyed(claimed, at));
        }
    }

    void answered(Answered answered) {
        Optional.ofNullable(keys.get(new KeyOf(answered.caller(), answered.key())))
                .filter(keyed -> keyed.answer == null)
                .ifPresent(keyed -> keyed.answer = new Answered(
                        answered.key(),
                        answered.status(),
                        answered.headers(),
                        Entries.zip(answered.body()),
                        answered.caller()));
    }

    void released(Released released) {
        KeyOf mine = new KeyOf(released.caller(), released.key());
        Keyed keyed = keys.get(mine);
        if (keyed != null && keyed.answer == null && keyed.claim.token().equals(released.token())) {
            keys.remove(mine);
        }
    }

    void forgetBefore(Instant oldest) {
        Iterator<Keyed> all = keys.values().iterator();
        while (all.hasNext() && all.next().at.isBefore(oldest)) {
            all.remove();
        }
    }

    /**
     * What stands under a key for a caller. A claim that does not say whose it is stands for whoever sends the same request:
     * so what was done before the service was brought up to date is not done again, and another request with that key is
     * refused to nobody.
     */
    private @Nullable Keyed known(String caller, String key, String request) {
        Keyed own = keys.get(new KeyOf(caller, key));
        if (own != null || caller == null) {
            return own;
        }
        Keyed nobodys = keys.get(new KeyOf(null, key));
        return nobodys != null && nobodys.claim.request().equals(request) ? nobodys : null;
    }

    /**
     * What is known of a caller's request with a key.
     *
     * @param request a fingerprint of it
     */
    Optional<KeyState> of(String caller, String key, String request) {
        return Optional.ofNullable(known(caller, key, request))
                .map(keyed -> new KeyState(
                        keyed.claim.token(),
                        keyed.claim.request(),
                        Optional.ofNullable(keyed.answer)
                                .map(answer -> new IdempotencyKeys.Answer(
                                        answer.status(),
                                        answer.headers() == null ? Map.of() : answer.headers(),
                                        Entries.unzip(answer.body())))));
    }

    /** Whether no new key is to be claimed: what is promised for a day is not forgotten to make room. */
    boolean full() {
        return keys.size() >= MOST_KEYS
                || keys.values().stream()
                                .filter(keyed -> keyed.answer != null)
                                .mapToLong(keyed -> keyed.answer.body().length)
                                .sum()
                        >= MOST_ANSWERED_BYTES;
    }
}
