package io.slipway.account.credentials;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;

/**
 * Required for the first registration, from wherever it comes: behind a proxy on the same machine
 * everybody looks local. Printed where only the operator sees it, or set by them, so that nobody
 * else can become administrator.
 *
 * @param value {@link #MIN} to {@link #MAX} characters; not logged anywhere else
 */
public record SetupCode(String value) {

    public static final int MIN = 8;
    public static final int MAX = 64;

    // Without letters and digits that look alike.
    private static final String ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";

    public SetupCode {
        if (!fits(value)) {
            throw new IllegalArgumentException(
                    "a setup code must have " + MIN + " to " + MAX + " characters");
        }
    }

    public static boolean fits(String value) {
        return value.length() >= MIN && value.length() <= MAX;
    }

    /** 12 random characters, 59 bits, in groups of four. */
    public static SetupCode random() {
        var random = new SecureRandom();
        var code = new StringBuilder();
        for (int i = 0; i < 12; i++) {
            code.append(i > 0 && i % 4 == 0 ? "-" : "");
            code.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return new SetupCode(code.toString());
    }

    /** Takes the same time for every guess; surrounding whitespace and case are ignored. */
    public boolean matches(String guess) {
        return MessageDigest.isEqual(bytes(guess), bytes(value));
    }

    private static byte[] bytes(String text) {
        return text.strip().toUpperCase(java.util.Locale.ROOT).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "SetupCode";
    }
}
