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

    private static final int LANES = 1;
    private static final int MIN = 8;
    private static final int MAX = 128;
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
     * 8 to 128 arbitrary characters.
     *
     * @throws Problem 400
     */
    public static String checked(String field, @Nullable String password) {
        if (password == null || password.length() < MIN || password.length() > MAX) {
            throw Problem.field(
                    field,
                    "应为 " + MIN + " 到 " + MAX + " 个字符",
                    "must have " + MIN + " to " + MAX + " characters");
        }
        return password;
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
