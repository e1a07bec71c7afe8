package io.slipway.meter;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * A voice backend for one session, on its own thread: says hello and echoes every frame. The length
 * of frames is known in advance, so that the answer is built once.
 */
final class EchoBackend implements AutoCloseable {

    private static final Pattern KEY = Pattern.compile("(?i)sec-websocket-key: *(\\S+)");
    private static final String HELLO =
            "{\"type\":\"hello\",\"transport\":\"websocket\",\"session_id\":\"backend-1\","
                    + "\"audio_params\":{\"format\":\"opus\",\"sample_rate\":16000,\"channels\":1,"
                    + "\"frame_duration\":60}}";

    private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final byte[] frame;
    final Thread thread;

    /**
     * @param frame that it expects and sends
     */
    EchoBackend(byte[] frame) throws IOException {
        this.frame = frame;
        thread = Thread.ofPlatform().name("backend").daemon().start(this::run);
    }

    String url() {
        return "ws://127.0.0.1:" + server.getLocalPort() + "/";
    }

    private void run() {
        try (var peer = new Peer(server.accept(), true)) {
            var key = KEY.matcher(peer.handshake());
            if (!key.find()) {
                throw new IOException("no handshake");
            }
            peer.send(accept(key.group(1)).getBytes(StandardCharsets.US_ASCII));
            byte[] hello = HELLO.getBytes(StandardCharsets.UTF_8);
            byte[] answer = Peer.message(Peer.BINARY, frame, false);
            while (true) {
                int opcode = peer.message();
                if (opcode == Peer.TEXT && peer.text().contains("\"hello\"")) {
                    peer.send(Peer.message(Peer.TEXT, hello, false));
                } else if (opcode == Peer.BINARY && peer.heard(frame)) {
                    peer.send(answer);
                }
            }
        } catch (IOException e) {
            // The end of the session; a device that still waits for its frame reports it.
        }
    }

    private static String accept(String key) {
        String both = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
        try {
            byte[] sha1 =
                    MessageDigest.getInstance("SHA-1")
                            .digest(both.getBytes(StandardCharsets.US_ASCII));
            return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: "
                    + Base64.getEncoder().encodeToString(sha1)
                    + "\r\n\r\n";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
