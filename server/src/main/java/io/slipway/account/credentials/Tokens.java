package io.slipway.account.credentials;

import io.slipway.keys.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/** Opaque secrets of 256 random bits; only their SHA-256 is stored. */
public final class Tokens {

    // Recognisable, so that secret scanners find leaked ones.
    public static final String LOGIN = "slt_";
    public static final String KEY = "slk_";

    private static final int LENGTH = 4 + 43;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Tokens() {}

    public static String make(String kind) {
        byte[] secret = new byte[32];
        RANDOM.nextBytes(secret);
        return kind + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    }

    public static boolean isKind(String kind, String token) {
        return token.length() == LENGTH && token.startsWith(kind);
    }

    // No salt or stretching: 256 random bits can't be guessed.
    public static String hash(String token) {
        return Sha256.hex(token.getBytes(StandardCharsets.UTF_8));
    }
}
