package dev.fathom.http.auth;

import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;
import java.nio.charset.StandardCharsets;

/** bcrypt, as it stands in the users file. */
public final class PasswordHash {

    /** 2 to the power of this many rounds: some 50 ms for every guess. */
    private static final int COST = 10;

    private PasswordHash() {}

    /** The hash of a password, {@code $2y$10$…}. */
    public static String of(char[] password) {
        return BCrypt.with(BCrypt.Version.VERSION_2Y, LongPasswordStrategies.truncate(BCrypt.Version.VERSION_2A))
                .hashToString(COST, password);
    }

    /** Whether a password is the one that was hashed. */
    static boolean fits(byte[] password, String hash) {
        return BCrypt.verifyer(null, LongPasswordStrategies.truncate(BCrypt.Version.VERSION_2A))
                .verify(password, hash.getBytes(StandardCharsets.US_ASCII))
                .verified;
    }
}
