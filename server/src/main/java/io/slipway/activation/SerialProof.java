package io.slipway.activation;

import io.slipway.keys.Hmac;
import io.slipway.keys.MasterKey;
import io.slipway.protocol.ota.Activate;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Whether a device holds the key of the serial number that it reports (device-contract 5).
 * Thread-safe.
 */
final class SerialProof {

    private final MasterKey master;

    SerialProof(MasterKey master) {
        this.master = master;
    }

    /** Compares in constant time; the challenge must be the one issued to this very pair. */
    boolean genuine(Preregistration announced, Activate proof, Activation.ShownCode issued) {
        String sealed = announced.sealedKey();
        boolean sameChallenge =
                MessageDigest.isEqual(bytes(proof.challenge()), bytes(issued.challenge()));
        if (sealed == null || !sameChallenge) {
            return false;
        }
        byte[] key = master.open("serial", sealed);
        byte[] wanted = new Hmac(key).of(bytes(issued.challenge()));
        byte[] given = bytes(proof.hmac().toLowerCase(Locale.ROOT));
        return MessageDigest.isEqual(bytes(HexFormat.of().formatHex(wanted)), given);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
