package io.slipway.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** One request over its own socket: nothing here needs warming up. */
public final class Probe {

    private static final int PATIENCE_MS = 2_000;

    /** An answer. */
    public record Answer(int status, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    private Probe() {}

    /** The answer to one complete request; empty while nothing listens. */
    public static Optional<Answer> send(int port, byte[] request) {
        try (var socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), PATIENCE_MS);
            socket.setSoTimeout(PATIENCE_MS);
            socket.getOutputStream().write(request);
            var read = new ByteArrayOutputStream();
            socket.getInputStream().transferTo(read);
            return parse(read.toByteArray());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<Answer> parse(byte[] bytes) {
        String all = new String(bytes, StandardCharsets.ISO_8859_1);
        int end = all.indexOf("\r\n\r\n");
        if (end < 0 || !all.startsWith("HTTP/1.1 ")) {
            return Optional.empty();
        }
        int status = Integer.parseInt(all.substring(9, 12));
        return Optional.of(
                new Answer(status, java.util.Arrays.copyOfRange(bytes, end + 4, bytes.length)));
    }
}
