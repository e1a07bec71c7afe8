package io.slipway.event;

import io.slipway.keys.Hmac;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/** Lets a receiver verify that a request is genuine and recent. */
final class Signature {

    private Signature() {}

    /**
     * {@code t=<seconds>,v1=<hex>}, with a {@code v1} for each secret: HMAC-SHA256 of {@code
     * <seconds>.<body>}; the key is the secret's text as it was shown.
     */
    static String of(List<String> secrets, long seconds, byte[] body) {
        var signed = new ByteArrayOutputStream(body.length + 12);
        signed.writeBytes((seconds + ".").getBytes(StandardCharsets.US_ASCII));
        signed.writeBytes(body);
        var header = new StringBuilder("t=" + seconds);
        for (String secret : secrets) {
            byte[] hmac =
                    new Hmac(secret.getBytes(StandardCharsets.US_ASCII)).of(signed.toByteArray());
            header.append(",v1=").append(HexFormat.of().formatHex(hmac));
        }
        return header.toString();
    }
}
