package io.slipway.device;

import io.slipway.protocol.Mac;
import java.nio.ByteBuffer;
import java.util.Base64;

/**
 * The identity of a caller: a MAC, which is public, with a Client-Id, which is the device's secret
 * and is present only as a keyed hash of both. Two pairs of one MAC are two devices (decisions D1).
 *
 * @param pinned whether there is a Client-Id; firmware before 1.2.1 sends none
 * @param weak whether the Client-Id can be guessed
 * @param high the first 64 bits of the hash
 * @param low the next 64
 */
public record Pair(Mac mac, boolean pinned, boolean weak, long high, long low) {

    /** The stored form of the hash: 22 characters. */
    public String key() {
        byte[] bytes = ByteBuffer.allocate(16).putLong(high).putLong(low).array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** A stored pair, without its Client-Id. */
    public static Pair stored(Mac mac, boolean pinned, boolean weak, String key) {
        long[] halves = halves(key);
        return new Pair(mac, pinned, weak, halves[0], halves[1]);
    }

    /** The two halves of a stored {@link #key}. */
    static long[] halves(String key) {
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(key));
        return new long[] {bytes.getLong(), bytes.getLong()};
    }
}
