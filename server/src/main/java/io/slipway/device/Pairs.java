package io.slipway.device;

import io.slipway.keys.Keyring;
import io.slipway.protocol.ClientId;
import io.slipway.protocol.Mac;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is derived from a MAC and a Client-Id: the pair's hash, its session token, the UUID that
 * backends see. All are pure functions of both and a key, so they never change and never cost a
 * device a flash write. Thread-safe.
 */
public final class Pairs {

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final int TOKEN_BYTES = 16;

    private final Keyring keys;

    public Pairs(Keyring keys) {
        this.keys = keys;
    }

    /** The validity of a session token, independent of what the registry says of its pair. */
    public enum TokenValidity {
        /** Of this pair, and signed by a valid key. */
        GENUINE,
        /**
         * Of this pair, signed by a key that was revoked: the device must restart (decisions D5).
         */
        REVOKED,
        /** Of another pair, made up, or not a token. */
        FORGED
    }

    public Pair of(Mac mac, @Nullable ClientId clientId) {
        ByteBuffer hash = ByteBuffer.wrap(keys.identity().of(message('p', mac, clientId)));
        boolean weak = clientId == null || clientId.weak();
        return new Pair(mac, clientId != null, weak, hash.getLong(), hash.getLong());
    }

    /**
     * The token for {@code websocket.token}: key id, dot, 22 characters.
     *
     * @param clientId of the pair
     */
    public String token(Pair pair, @Nullable ClientId clientId) {
        Keyring.SigningKey key = keys.session();
        return key.id() + "." + signature(key, pair, clientId);
    }

    /** Verifies a token of a pair that identifies itself, without the database. */
    public TokenValidity verify(String token, Pair pair, @Nullable ClientId clientId) {
        return key(token)
                .map(key -> validity(key, token, signature(key, pair, clientId)))
                .orElse(TokenValidity.FORGED);
    }

    /**
     * Verifies a token against a stored pair, for a caller that does not identify itself.
     *
     * @return {@link TokenValidity#FORGED} for any token of a key that signs the Client-Id
     */
    public TokenValidity verify(String token, Pair stored) {
        return key(token)
                .filter(Keyring.SigningKey::ofPair)
                .map(key -> validity(key, token, signature(key, stored, null)))
                .orElse(TokenValidity.FORGED);
    }

    /** Whether it has the form of this server's tokens, which no other server's have. */
    public boolean ours(String token) {
        return key(token).isPresent();
    }

    private Optional<Keyring.SigningKey> key(String token) {
        int dot = token.indexOf('.');
        return dot < 0 ? Optional.empty() : keys.session(token.substring(0, dot));
    }

    private static TokenValidity validity(Keyring.SigningKey key, String token, String signature) {
        byte[] wanted = signature.getBytes(StandardCharsets.US_ASCII);
        byte[] given = token.substring(key.id().length() + 1).getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(wanted, given)) {
            return TokenValidity.FORGED;
        }
        return key.revoked() ? TokenValidity.REVOKED : TokenValidity.GENUINE;
    }

    /**
     * A UUID that stands for the pair towards one backend, and reveals nothing of the Client-Id.
     */
    public UUID derivedId(Pair pair, String backend) {
        byte[] name = ("b" + pair.key() + backend).getBytes(StandardCharsets.UTF_8);
        ByteBuffer hash = ByteBuffer.wrap(keys.identity().of(name));
        // Version 8, "custom", and the variant of RFC 9562.
        long high = (hash.getLong() & 0xffffffffffff0fffL) | 0x8000L;
        long low = (hash.getLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
        return new UUID(high, low);
    }

    private static String signature(
            Keyring.SigningKey key, Pair pair, @Nullable ClientId clientId) {
        byte[] signed = key.ofPair() ? message(pair) : message('t', pair.mac(), clientId);
        return BASE64.encodeToString(Arrays.copyOf(key.hmac().of(signed), TOKEN_BYTES));
    }

    // The hash includes the MAC.
    private static byte[] message(Pair pair) {
        return ByteBuffer.allocate(17)
                .put((byte) 'T')
                .putLong(pair.high())
                .putLong(pair.low())
                .array();
    }

    private static byte[] message(char use, Mac mac, @Nullable ClientId clientId) {
        String secret = clientId == null ? "" : clientId.value();
        int length = secret.length();
        byte[] message = new byte[9 + length];
        message[0] = (byte) use;
        ByteBuffer.wrap(message).putLong(1, mac.bits());
        for (int i = 0; i < length; i++) {
            message[9 + i] = (byte) secret.charAt(i);
        }
        return message;
    }
}
