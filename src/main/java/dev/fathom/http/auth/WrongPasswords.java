package dev.fathom.http.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.fathom.config.ConfigurationException;
import dev.fathom.config.FathomConfig.WrongPasswordsConfig;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Who sent wrong passwords from where, and how long each has to wait for the next try.
 *
 * <p>Counted are the user at an address, and the address. Nothing is counted of a user alone: so whoever guesses from
 * elsewhere holds up nobody but himself, however long he goes on; and what is counted of the address holds up nobody who was
 * let in from there before. Users that do not exist are counted as one. Nobody is shut out for good: after each wait one try
 * is free, a right one ends the waiting, and a quarter of an hour without a wrong one is forgotten.
 */
final class WrongPasswords {

    private static final String NAME = "fathom.security.wrong-passwords.";
    private static final Duration FORGOTTEN = Duration.ofMinutes(15);
    private static final Duration A_MOMENT = Duration.ofSeconds(1);
    private static final int MOST_KEPT = 20_000;
    private static final int MOST_DOUBLINGS = 20;

    private final int perUser;
    private final int perAddress;
    private final Duration longest;
    private final LongSupplier nanoTime;
    private final Cache<Pair, Tally> users;
    private final Cache<String, Tally> addresses;

    WrongPasswords(WrongPasswordsConfig config, LongSupplier nanoTime) {
        this.perUser = atLeastOne("per-user", config.perUser());
        this.perAddress = atLeastOne("per-address", config.perAddress());
        this.longest = config.longestWait();
        if (longest.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new ConfigurationException(NAME + "longest-wait=" + longest + " must be at least PT1S.");
        }
        this.nanoTime = nanoTime;
        this.users = kept();
        this.addresses = kept();
    }

    private static int atLeastOne(String property, int value) {
        if (value < 1) {
            throw new ConfigurationException(NAME + property + "=" + value + " must be at least 1.");
        }
        return value;
    }

    private <K> Cache<K, Tally> kept() {
        return Caffeine.newBuilder()
                .ticker(nanoTime::getAsLong)
                .expireAfterAccess(longest.compareTo(FORGOTTEN) > 0 ? longest : FORGOTTEN)
                .maximumSize(MOST_KEPT)
                .executor(Runnable::run)
                .build();
    }

    private record Pair(String user, String address) {}

    /** What came of asking for a try. */
    sealed interface Answer {

        /** One may be made; whoever makes it says how it ended. */
        record Try(Runnable right, Runnable wrong, Runnable withdrawn) implements Answer {}

        /** @param first whether it is the first refusal of this wait, and worth telling */
        record Wait(Duration left, boolean first) implements Answer {}
    }

    /**
     * Whether a password that was found right a short while ago has to wait. It does wherever another one would have to:
     * otherwise one that is let in could be told from all that are not, and guessed without being checked.
     */
    Optional<Answer.Wait> ofRemembered(String user, String address, boolean guest) {
        long now = nanoTime.getAsLong();
        Tally ofUser = users.getIfPresent(new Pair(user, address));
        Optional<Answer.Wait> refused = ofUser == null ? Optional.empty() : ofUser.refusal(now);
        Tally ofAddress = guest ? null : addresses.getIfPresent(address);
        return refused.isPresent() || ofAddress == null ? refused : ofAddress.refusal(now);
    }

    /**
     * @param user empty for one that does not exist
     * @param guest whether the user was let in from that address before
     */
    Answer ask(String user, String address, boolean guest) {
        Pair pair = new Pair(user, address);
        Tally ofUser = users.get(pair, any -> new Tally(perUser));
        Tally ofAddress = addresses.get(address, any -> new Tally(perAddress));
        long now = nanoTime.getAsLong();
        Optional<Answer.Wait> refused = ofAddress.enter(now, !guest);
        if (refused.isPresent()) {
            return refused.get();
        }
        refused = ofUser.enter(now, true);
        if (refused.isPresent()) {
            ofAddress.leave();
            return refused.get();
        }
        return new Answer.Try(
                () -> {
                    ofAddress.leave();
                    users.invalidate(pair);
                },
                () -> {
                    ofAddress.wrong();
                    ofUser.wrong();
                },
                () -> {
                    ofAddress.leave();
                    ofUser.leave();
                });
    }

    /** The wrong ones of one kind, and what is being checked now. */
    private final class Tally {
        private final int free;
        private int wrong;
        private int checking;
        private long lastWrong;
        private long freeAt;
        private boolean told = true;

        private Tally(int free) {
            this.free = free;
            this.freeAt = nanoTime.getAsLong();
            this.lastWrong = freeAt;
        }

        /** As many are checked at once as are free; where none is, one after the other. */
        private synchronized Optional<Answer.Wait> refusal(long now) {
            if (now - lastWrong > FORGOTTEN.toNanos()) {
                wrong = 0;
            }
            boolean full = checking >= Math.max(1, free - wrong);
            long left = Math.max(freeAt - now, full ? A_MOMENT.toNanos() : 0);
            if (left <= 0) {
                return Optional.empty();
            }
            boolean first = !told;
            told = true;
            return Optional.of(new Answer.Wait(Duration.ofNanos(left), first));
        }

        private synchronized Optional<Answer.Wait> enter(long now, boolean bound) {
            Optional<Answer.Wait> refused = bound ? refusal(now) : Optional.empty();
            if (refused.isEmpty()) {
                checking++;
            }
            return refused;
        }

        private synchronized void leave() {
            checking--;
        }

        private synchronized void wrong() {
            checking--;
            wrong++;
            lastWrong = nanoTime.getAsLong();
            int beyond = wrong - free;
            if (beyond >= 0) {
                long seconds = Math.min(longest.toSeconds(), 1L << Math.min(beyond, MOST_DOUBLINGS));
                freeAt = lastWrong + Duration.ofSeconds(seconds).toNanos();
            }
            told = false;
        }
    }
}
