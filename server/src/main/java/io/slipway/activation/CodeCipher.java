package io.slipway.activation;

import io.slipway.keys.Hmac;
import io.slipway.keys.MasterKey;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * Keeps codes and challenges from whoever reads the database: codes are found by a keyed hash and
 * stored encrypted, both under the master key. Thread-safe.
 */
final class CodeCipher {

    private static final String PURPOSE = "activation";

    /** Of the hash, so that two of a million codes are the same once in 10^26 times. */
    private static final int BYTES = 16;

    private final MasterKey master;
    private final Hmac hash;

    CodeCipher(MasterKey master) {
        this.master = master;
        this.hash = master.hash(PURPOSE);
    }

    /** By which a code is found. */
    String hash(String digits) {
        byte[] whole = hash.of(digits.getBytes(StandardCharsets.US_ASCII));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(whole, BYTES));
    }

    Activation.Code seal(Activation.ShownCode shown, long quietUntil) {
        String text = shown.digits() + " " + shown.tail() + " " + shown.challenge();
        String sealed = master.seal(PURPOSE, text.getBytes(StandardCharsets.US_ASCII));
        return new Activation.Code(
                hash(shown.digits()), shown.digits().length(), sealed, quietUntil);
    }

    Activation.ShownCode open(Activation.Code code) {
        byte[] text = master.open(PURPOSE, code.sealed());
        String[] parts = new String(text, StandardCharsets.US_ASCII).split(" ", -1);
        return new Activation.ShownCode(parts[0], parts[1], parts[2]);
    }
}
