package io.slipway.account.credentials;

import io.slipway.text.Digits;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.OptionalLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Codes that change every 30 seconds (TOTP, RFC 6238), as the apps for them compute by default:
 * HMAC-SHA-1, six digits. Written here because it is no more than this, and because the libraries
 * for it, which have had no release for years, leave the hard part to their users: no code counts
 * twice.
 */
public final class TimeCode {

    /** What RFC 4226 recommends, and as long as the HMAC. */
    private static final int SECRET_BYTES = 20;

    private static final int DIGITS = 6;
    private static final int MODULUS = 1_000_000;
    private static final long STEP_MS = 30_000;

    /** Steps before and after the current one: for clocks that differ, and slow fingers. */
    private static final int TOLERANCE = 1;

    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final SecureRandom RANDOM = new SecureRandom();

    private TimeCode() {}

    public static byte[] newSecret() {
        byte[] secret = new byte[SECRET_BYTES];
        RANDOM.nextBytes(secret);
        return secret;
    }

    /** Whether it can be one at all: six digits, which may be typed in groups. */
    public static boolean looksLike(String code) {
        return digits(code).matches("[0-9]{" + DIGITS + "}");
    }

    /**
     * The step that a code belongs to, if it is around {@code now} and after {@code lastStep}.
     *
     * @param now epoch milliseconds
     * @param lastStep the newest one whose code was used
     */
    public static OptionalLong step(byte[] secret, String code, long now, long lastStep) {
        long current = now / STEP_MS;
        byte[] given = digits(code).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        for (long step = current - TOLERANCE; step <= current + TOLERANCE; step++) {
            byte[] right = at(secret, step).getBytes(java.nio.charset.StandardCharsets.UTF_8);
            if (step > lastStep && MessageDigest.isEqual(given, right)) {
                return OptionalLong.of(step);
            }
        }
        return OptionalLong.empty();
    }

    /** The code of a step. */
    public static String at(byte[] secret, long step) {
        byte[] hash;
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(secret, "HmacSHA1"));
            hash = mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(step).array());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        int offset = hash[hash.length - 1] & 0xf;
        int truncated = ByteBuffer.wrap(hash).getInt(offset) & 0x7fff_ffff;
        return String.format(Locale.ROOT, "%0" + DIGITS + "d", truncated % MODULUS);
    }

    /** As people type a secret: base 32 (RFC 4648), without padding. */
    public static String base32(byte[] secret) {
        var text = new StringBuilder();
        int bits = 0;
        int pending = 0;
        for (byte each : secret) {
            pending = (pending << 8 | (each & 0xff)) & 0xfff;
            bits += 8;
            while (bits >= 5) {
                bits -= 5;
                text.append(BASE32.charAt(pending >> bits & 31));
            }
        }
        if (bits > 0) {
            text.append(BASE32.charAt(pending << (5 - bits) & 31));
        }
        return text.toString();
    }

    private static String digits(String code) {
        return Digits.typed(code);
    }
}
