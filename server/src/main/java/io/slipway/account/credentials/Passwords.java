package io.slipway.account.credentials;

import com.password4j.Argon2Function;
import com.password4j.Password;
import com.password4j.types.Argon2;
import io.slipway.http.Problem;
import io.slipway.work.Cpu;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Argon2id; the hash carries its parameters, so they can be raised later. Thread-safe. */
public final class Passwords {

    /** Stored instead of a hash for an account without a password, which nothing matches. */
    public static final String NONE = "none";

    private static final int LANES = 1;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Cpu cpu;
    private final PasswordCost cost;
    private final String current;
    private volatile @Nullable String decoy;

    public Passwords(Cpu cpu, PasswordCost cost) {
        this.cpu = cpu;
        this.cost = cost;
        current =
                "$argon2id$v=19$m="
                        + cost.memoryKib()
                        + ",t="
                        + cost.passes()
                        + ",p="
                        + LANES
                        + "$";
    }

    /**
     * A new password of the user of this name: {@link PasswordRules#MIN} to {@link
     * PasswordRules#MAX} characters, not the name, and not a common one.
     *
     * @throws Problem 400 that says which rule is broken
     */
    public String checked(String field, @Nullable String password, String username) {
        return cpu.run(() -> PasswordRules.checked(field, password, username));
    }

    public String hash(String password) {
        return cpu.run(() -> {
            var argon2 =
                    Argon2Function.getInstance(
                            cost.memoryKib(), cost.passes(), LANES, 32, Argon2.ID);
            return Password.hash(password).addRandomSalt(16).with(argon2).getResult();
        });
    }

    public boolean matches(String password, String hash) {
        if (hash.equals(NONE)) {
            pretend(password);
            return false;
        }
        return cpu.run(() -> {
            var argon2 = Argon2Function.getInstanceFromHash(hash);
            return Password.check(password, hash).with(argon2);
        });
    }

    /** Takes as long as {@link #matches}, so that timing does not reveal which names exist. */
    public void pretend(String password) {
        String hash = decoy;
        if (hash == null) {
            hash = hash(random());
            decoy = hash;
        }
        matches(password, hash);
    }

    /** Whether a hash was made with outdated parameters. */
    public boolean outdated(String hash) {
        return !hash.startsWith(current);
    }

    /** 96 random bits, 16 characters. */
    public static String random() {
        byte[] secret = new byte[12];
        RANDOM.nextBytes(secret);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    }
}
