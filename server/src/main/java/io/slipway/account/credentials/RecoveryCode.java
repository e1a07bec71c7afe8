package io.slipway.account.credentials;

import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Codes for somebody who has lost their second factor: printed or written down, each valid once.
 */
public final class RecoveryCode {

    private static final int COUNT = 10;

    // Without characters that look alike; 32 of them, so 16 are 80 bits, and can't be found from a
    // hash.
    private static final String ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";

    private static final int LENGTH = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private RecoveryCode() {}

    /** New ones, in groups of four characters. */
    public static List<String> make() {
        return IntStream.range(0, COUNT).mapToObj(i -> one()).toList();
    }

    private static String one() {
        var code = new StringBuilder();
        for (int i = 0; i < LENGTH; i++) {
            code.append(i > 0 && i % 4 == 0 ? "-" : "");
            code.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return code.toString();
    }

    /** What is stored of a code, however it is typed. */
    public static String hash(String accountId, String code) {
        String plain = code.replaceAll("[\\s-]", "").toLowerCase(Locale.ROOT);
        return Tokens.hash(accountId + ":" + plain);
    }
}
