package io.slipway.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/** One request over its own socket: nothing here needs warming up. */
public final class Probe {

    private static final int PATIENCE_MS = 2_000;

    private static final Pattern LENGTH =
            Pattern.compile("(?i)\r\ncontent-length: *([0-9]{1,7})\r\n");

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
            return read(socket.getInputStream());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    // As long as it says it is: the server leaves the close to its client.
    private static Optional<Answer> read(InputStream in) throws IOException {
        var head = new StringBuilder();
        int next;
        while (head.indexOf("\r\n\r\n") < 0 && (next = in.read()) >= 0) {
            head.append((char) next);
        }
        var length = LENGTH.matcher(head);
        if (head.indexOf("HTTP/1.1 ") != 0) {
            return Optional.empty();
        }
        int status = Integer.parseInt(head.substring(9, 12));
        byte[] body =
                length.find()
                        ? in.readNBytes(Integer.parseInt(length.group(1)))
                        : in.readAllBytes();
        return Optional.of(new Answer(status, body));
    }
}
