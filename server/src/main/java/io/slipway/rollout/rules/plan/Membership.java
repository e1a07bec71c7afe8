package io.slipway.rollout.rules.plan;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Which devices belong to a share. Nothing is stored: a larger share only adds devices, and each
 * rollout's salt gives another order.
 */
public final class Membership {

    private static final double ALL = 4_294_967_296.0;

    private Membership() {}

    /**
     * @param salt the rollout's
     * @param device a permanent identifier of the device
     * @param share from 0, none, to 1, all
     */
    public static boolean within(String salt, String device, double share) {
        return share >= 1 || (share > 0 && place(salt, device) < share * ALL);
    }

    /** From 0 to 2^32 − 1: the first four bytes of the SHA-256 of salt and device. */
    static long place(String salt, String device) {
        MessageDigest digest = sha256();
        digest.update(salt.getBytes(StandardCharsets.UTF_8));
        byte[] hash = digest.digest(device.getBytes(StandardCharsets.UTF_8));
        return (hash[0] & 0xffL) << 24
                | (hash[1] & 0xffL) << 16
                | (hash[2] & 0xffL) << 8
                | (hash[3] & 0xffL);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
