package io.slipway.firmware;

import io.slipway.keys.Keyring;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The token in a download's URL: which device may download which build until when. Key id, device,
 * expiry, half of an HMAC-SHA256, offer, in base64url. Thread-safe.
 */
final class DownloadTokens {

    /** The maximum length of an offer's id, in characters. */
    static final int MAX_OFFER = 64;

    private static final int KEY = 4;
    private static final int SIGNED = KEY + 2 * Long.BYTES;
    private static final int SIGNATURE = 16;
    private static final int HEAD = SIGNED + SIGNATURE;
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final Keyring keys;

    DownloadTokens(Keyring keys) {
        this.keys = keys;
    }

    /**
     * @param deviceId 0 for a person's download
     * @param expiresAt epoch ms
     */
    record Grant(long deviceId, String offerId, long expiresAt) {
        Grant {
            if (offerId.length() > MAX_OFFER
                    || !offerId.chars().allMatch(c -> c > ' ' && c <= '~')) {
                throw new IllegalArgumentException("an offer's id: " + offerId);
            }
        }
    }

    String make(String buildId, Grant grant) {
        Keyring.SigningKey key = keys.firmware();
        byte[] offer = grant.offerId().getBytes(StandardCharsets.US_ASCII);
        ByteBuffer token = ByteBuffer.allocate(HEAD + offer.length);
        token.put(HexFormat.of().parseHex(key.id()));
        token.putLong(grant.deviceId()).putLong(grant.expiresAt());
        token.put(signature(key, buildId, grant)).put(offer);
        return ENCODER.encodeToString(token.array());
    }

    /** Empty unless it is genuine, for this build and not expired. */
    Optional<Grant> verify(String buildId, String text, long now) {
        if (text.length() > 2 * (HEAD + MAX_OFFER)) {
            return Optional.empty();
        }
        byte[] token;
        try {
            token = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        // The last character may have unused bits: only the canonical text is accepted.
        if (token.length < HEAD || !ENCODER.encodeToString(token).equals(text)) {
            return Optional.empty();
        }
        String keyId = HexFormat.of().formatHex(token, 0, KEY);
        return keys.firmware(keyId).flatMap(key -> verify(key, buildId, token, now));
    }

    private static Optional<Grant> verify(
            Keyring.SigningKey key, String buildId, byte[] token, long now) {
        String offer = new String(token, HEAD, token.length - HEAD, StandardCharsets.US_ASCII);
        if (offer.length() > MAX_OFFER || !offer.chars().allMatch(c -> c > ' ' && c <= '~')) {
            return Optional.empty();
        }
        ByteBuffer numbers = ByteBuffer.wrap(token, KEY, SIGNED - KEY);
        long device = numbers.getLong();
        var grant = new Grant(device, offer, numbers.getLong());
        byte[] given = Arrays.copyOfRange(token, SIGNED, HEAD);
        boolean genuine = MessageDigest.isEqual(signature(key, buildId, grant), given);
        return genuine && now < grant.expiresAt() ? Optional.of(grant) : Optional.empty();
    }

    private static byte[] signature(Keyring.SigningKey key, String buildId, Grant grant) {
        byte[] texts = (buildId + " " + grant.offerId()).getBytes(StandardCharsets.UTF_8);
        ByteBuffer message = ByteBuffer.allocate(1 + 2 * Long.BYTES + texts.length);
        message.put((byte) 'd').putLong(grant.deviceId()).putLong(grant.expiresAt()).put(texts);
        return Arrays.copyOf(key.hmac().of(message.array()), SIGNATURE);
    }
}
