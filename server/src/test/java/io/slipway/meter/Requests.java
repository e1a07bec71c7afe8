package io.slipway.meter;

import io.slipway.protocol.ClientId;
import io.slipway.protocol.Mac;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The requests of firmware 2.4.2, byte by byte, each device with its own MAC and Client-Id. */
final class Requests {

    /** In {@code protocol}, whose tests read it too; the server's tests run in their own folder. */
    private static final Path BODY =
            Path.of("../protocol/src/test/resources/fixtures/firmware-2.4.2-s3-wifi.body");

    private static final String MAC = "d4:06:06:b6:a9:fa";
    private static final String CLIENT_ID = "7b94d69a-9808-4c59-9c9b-704333b38aff";

    private final int port;
    private final String template;

    Requests(int port) throws IOException {
        this.port = port;
        this.template = Files.readString(BODY);
        if (!template.contains(MAC) || !template.contains(CLIENT_ID)) {
            throw new IllegalStateException("another device's body: " + BODY);
        }
    }

    /** {@code POST /v1/ota/} over a keep-alive connection. */
    public byte[] checkIn(int device) {
        String body =
                template.replace(MAC, mac(device).toString())
                        .replace(CLIENT_ID, clientId(device).value());
        return post("/v1/ota/", device, body);
    }

    /** {@code POST /v1/ota/activate} of a device without a serial number. */
    byte[] poll(int device) {
        return post("/v1/ota/activate", device, "{}");
    }

    private byte[] post(String path, int device, String body) {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        String head =
                "POST "
                        + path
                        + " HTTP/1.1\r\nHost: 127.0.0.1:"
                        + port
                        + "\r\nAccept-Language: zh-CN\r\nActivation-Version: 1\r\nClient-Id: "
                        + clientId(device).value()
                        + "\r\nContent-Type: application/json\r\nDevice-Id: "
                        + mac(device)
                        + "\r\nUser-Agent: bread-compact-wifi/2.4.2\r\nContent-Length: "
                        + content.length
                        + "\r\n\r\n";
        return bytes(head, content);
    }

    /** The handshake of a session. */
    byte[] session(int device, String token) {
        String head =
                "GET /v1/ws/ HTTP/1.1\r\nHost: 127.0.0.1:"
                        + port
                        + "\r\nAuthorization: Bearer "
                        + token
                        + "\r\nClient-Id: "
                        + clientId(device).value()
                        + "\r\nConnection: Upgrade\r\nDevice-Id: "
                        + mac(device)
                        + "\r\nProtocol-Version: 1\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
                        + "\r\nSec-WebSocket-Version: 13\r\nUpgrade: websocket\r\n\r\n";
        return bytes(head, new byte[0]);
    }

    private static byte[] bytes(String head, byte[] content) {
        byte[] first = head.getBytes(StandardCharsets.US_ASCII);
        byte[] all = java.util.Arrays.copyOf(first, first.length + content.length);
        System.arraycopy(content, 0, all, first.length, content.length);
        return all;
    }

    private static Mac mac(int device) {
        return new Mac(0xd406_0000_0000L | device);
    }

    private static ClientId clientId(int device) {
        return new ClientId(String.format("7b94d69a-9808-4c59-9c9b-%012x", device));
    }
}
