package io.slipway.bench.sessions;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/** The part of WebSocket (RFC 6455) that both ends of the benchmark use. */
final class Wire {

    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;

    /** The maximum length of what {@link #header} writes. */
    static final int HEADER = 10;

    private static final String KEY = "c2xpcHdheSBiZW5jaG1hcg==";
    private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private Wire() {}

    /** The handshake of a device, as firmware sends it. */
    static byte[] upgrade(int port, String mac, String clientId, String token) {
        var lines =
                List.of(
                        "GET /v1/ws/ HTTP/1.1",
                        "Host: 127.0.0.1:" + port,
                        "Authorization: Bearer " + token,
                        "Client-Id: " + clientId,
                        "Connection: Upgrade",
                        "Device-Id: " + mac,
                        "Protocol-Version: 1",
                        "Sec-WebSocket-Key: " + KEY,
                        "Sec-WebSocket-Version: 13",
                        "Upgrade: websocket",
                        "",
                        "");
        return String.join("\r\n", lines).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The answer to a handshake, or a refusal if it is none. */
    static byte[] accept(String request) {
        String key =
                request.lines()
                        .filter(line ->
                                line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-key:"))
                        .map(line -> line.substring(line.indexOf(':') + 1).strip())
                        .findFirst()
                        .orElse("");
        String answer =
                key.isEmpty()
                        ? "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"
                        : "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                                + "Connection: Upgrade\r\nSec-WebSocket-Accept: "
                                + digest(key + MAGIC)
                                + "\r\n\r\n";
        return answer.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String digest(String text) {
        try {
            byte[] sha1 =
                    MessageDigest.getInstance("SHA-1")
                            .digest(text.getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(sha1);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes the header of a complete message; a mask must follow if there is one. */
    static void header(ByteBuffer out, int opcode, int length, boolean masked) {
        int mask = masked ? 0x80 : 0;
        out.put((byte) (0x80 | opcode));
        if (length < 126) {
            out.put((byte) (mask | length));
        } else if (length < 65_536) {
            out.put((byte) (mask | 126)).putShort((short) length);
        } else {
            throw new IllegalArgumentException("a message of " + length + " bytes");
        }
    }

    /** Writes a complete message; a client's has a mask, which may be 0. */
    static void message(ByteBuffer out, int opcode, byte[] content, int length, boolean client) {
        header(out, opcode, length, client);
        if (client) {
            out.putInt(0);
        }
        out.put(content, 0, length);
    }
}
