package io.slipway.attack;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Attacks a server from a process of its own, at a bounded rate, for some seconds: {@code Attacker
 * ATTACK PORT SECONDS FILE}. The file has what an attacker with an account knows, one item per
 * line. Several addresses of this machine take part.
 */
public final class Attacker {

    /** Bytes per second of everything together. */
    private static final long RATE = 20L << 20;

    private static final int MIB = 1 << 20;

    /** 60 KB that are not the end of a message, and more of it. */
    private static final byte[] BEGIN = frame(0x01, new byte[60_000]);

    private static final byte[] MORE = frame(0x00, new byte[60_000]);

    private final int port;
    private final long end;
    private final List<String> known;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong begun = new AtomicLong();
    private final long start = System.nanoTime();

    private Attacker(int port, int seconds, List<String> known) {
        this.port = port;
        this.end = start + seconds * 1_000_000_000L;
        this.known = known;
    }

    /** One client's part, again and again until the time is over. */
    @FunctionalInterface
    private interface Part {
        void play(int client) throws IOException, InterruptedException;
    }

    /** The entry point. */
    public static void main(String[] arguments) throws IOException {
        var attacker =
                new Attacker(
                        Integer.parseInt(arguments[1]),
                        Integer.parseInt(arguments[2]),
                        Files.readAllLines(Path.of(arguments[3])));
        switch (arguments[0]) {
            case "imports" -> attacker.play(13, attacker::anImport);
            case "logins" -> attacker.play(3_000, attacker::anUnfinishedLogin);
            case "json" -> attacker.play(20, attacker::deepJson);
            case "drip" -> attacker.play(500, attacker::aDrip);
            case "idle" -> attacker.play(200, attacker::nothing);
            case "uploads" -> attacker.play(12, attacker::aSlowUpload);
            case "captchas" -> attacker.play(100, attacker::captchas);
            case "heads" -> attacker.play(3_000, attacker::anUnfinishedHead);
            case "sockets" -> attacker.play(4_000, attacker::aPartialMessage);
            case "sessions" -> attacker.play(200, attacker::aSession);
            case "handshakes" -> attacker.play(400, attacker::aHandshake);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private void play(int clients, Part part) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < clients; i++) {
                int client = i;
                threads.execute(() -> {
                    while (System.nanoTime() < end) {
                        try {
                            part.play(client);
                        } catch (IOException refused) {
                            // As it should be: again.
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                            return;
                        }
                    }
                });
            }
        }
    }

    /** A connection, at most a thousand a second. */
    private Socket connect(int client) throws IOException, InterruptedException {
        return connect("127.0.1." + (1 + client % 5));
    }

    private Socket connect(String address) throws IOException, InterruptedException {
        long due = start + begun.incrementAndGet() * 1_000_000L;
        pause((due - System.nanoTime()) / 1_000_000);
        var socket = new Socket();
        socket.bind(new InetSocketAddress(address, 0));
        socket.setSoTimeout(2_000);
        socket.connect(new InetSocketAddress("127.0.0.1", port), 5_000);
        return socket;
    }

    private void pause(long ms) throws InterruptedException {
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
            throw new InterruptedException();
        }
        Thread.sleep(Math.clamp(ms, 0, left));
    }

    private void send(OutputStream out, byte[] bytes) throws IOException, InterruptedException {
        out.write(bytes);
        long due = start + sent.addAndGet(bytes.length) * 1_000 / RATE * 1_000_000;
        pause((due - System.nanoTime()) / 1_000_000);
    }

    private static byte[] post(String path, long length, String... headers) {
        return ("POST "
                        + path
                        + " HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
                        + String.join("", headers)
                        + "Content-Length: "
                        + length
                        + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private void anImport(int client) throws IOException, InterruptedException {
        try (Socket socket = connect(client)) {
            OutputStream out = socket.getOutputStream();
            send(out, post("/xiaozhi/device/preregister", 24 * MIB));
            byte[] piece = new byte[64 * 1024];
            for (int i = 0; i < 24 * 16; i++) {
                send(out, piece);
            }
            hold(socket);
        }
    }

    private void anUnfinishedLogin(int client) throws IOException, InterruptedException {
        try (Socket socket = connect(client)) {
            OutputStream out = socket.getOutputStream();
            // Half of them within what anybody may send.
            int length = client % 2 == 0 ? 256 * 1024 : 4_096;
            send(out, post("/xiaozhi/user/login", length));
            send(out, new byte[length - 100]);
            hold(socket);
        }
    }

    private void deepJson(int client) throws IOException, InterruptedException {
        int length = client % 2 == 0 ? 260_000 : 4_000;
        String body =
                "{\"username\":\"a\",\"password\":\"b\",\"x\":["
                        + "[],".repeat(length / 3)
                        + "[]]}";
        try (Socket socket = connect(client)) {
            OutputStream out = socket.getOutputStream();
            send(out, post("/xiaozhi/user/login", body.length()));
            send(out, body.getBytes(StandardCharsets.US_ASCII));
            var _ = socket.getInputStream().read();
        }
    }

    private void aDrip(int client) throws IOException, InterruptedException {
        try (Socket socket = connect(client)) {
            OutputStream out = socket.getOutputStream();
            send(out, post("/xiaozhi/user/login", 4_000));
            while (true) {
                send(out, new byte[] {' '});
                pause(2_000);
            }
        }
    }

    private void nothing(int client) throws IOException, InterruptedException {
        try (Socket socket = connect(client)) {
            hold(socket);
        }
    }

    private void anUnfinishedHead(int client) throws IOException, InterruptedException {
        try (Socket socket = connect(client)) {
            OutputStream out = socket.getOutputStream();
            send(out, "GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 7; i++) {
                String line = "X-" + i + ": " + "a".repeat(2_000) + "\r\n";
                send(out, line.getBytes(StandardCharsets.US_ASCII));
            }
            hold(socket);
        }
    }

    // What is sent is above the lowest rate, so that nothing but a limit per account ends it.
    private void aSlowUpload(int client) throws IOException, InterruptedException {
        try (Socket socket = connect(client)) {
            OutputStream out = socket.getOutputStream();
            String begin =
                    "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n";
            String head =
                    "POST /v1/builds HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer "
                            + known.getFirst()
                            + "\r\nContent-Type: multipart/form-data; boundary=b\r\n"
                            + "Content-Length: 8000000\r\n\r\n";
            send(out, (head + begin).getBytes(StandardCharsets.US_ASCII));
            while (true) {
                send(out, new byte[10_000]);
                pause(500);
            }
        }
    }

    // Each client from an address of its own: one address gets 300 an hour.
    private void captchas(int client) throws IOException, InterruptedException {
        try (Socket socket = connect("127.0.2." + (1 + client))) {
            String request =
                    "GET /xiaozhi/user/captcha?uuid="
                            + java.util.UUID.randomUUID()
                            + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
            send(socket.getOutputStream(), request.getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            while (in.read(new byte[8_192]) >= 0) {
                // Until the end.
            }
        }
    }

    private void aPartialMessage(int client) throws IOException, InterruptedException {
        playSocket(client, BEGIN, MORE);
    }

    private void aSession(int client) throws IOException, InterruptedException {
        String hello =
                "{\"type\":\"hello\",\"version\":1,\"transport\":\"websocket\",\"audio_params\":"
                        + "{\"format\":\"opus\",\"sample_rate\":16000,\"channels\":1,"
                        + "\"frame_duration\":60}}";
        playSocket(client, frame(0x81, hello.getBytes(StandardCharsets.US_ASCII)));
    }

    private void aHandshake(int client) throws IOException, InterruptedException {
        playSocket(client);
    }

    // Each line of the file is the handshake of a device.
    private void playSocket(int client, byte[]... frames) throws IOException, InterruptedException {
        String handshake = known.get(client % known.size()).replace("\\r\\n", "\r\n");
        try (Socket socket = connect(client)) {
            OutputStream out = socket.getOutputStream();
            send(out, handshake.getBytes(StandardCharsets.US_ASCII));
            var _ = socket.getInputStream().read(new byte[4_096]);
            for (byte[] each : frames) {
                send(out, each);
            }
            hold(socket);
        }
    }

    // Its mask is zero.
    private static byte[] frame(int opcode, byte[] content) {
        byte[] frame = new byte[8 + content.length];
        frame[0] = (byte) opcode;
        frame[1] = (byte) (0x80 | 126);
        frame[2] = (byte) (content.length >> 8);
        frame[3] = (byte) content.length;
        System.arraycopy(content, 0, frame, 8, content.length);
        return frame;
    }

    // Until the server closes it.
    private void hold(Socket socket) throws IOException, InterruptedException {
        InputStream in = socket.getInputStream();
        while (System.nanoTime() < end) {
            try {
                if (in.read(new byte[4_096]) < 0) {
                    return;
                }
            } catch (java.net.SocketTimeoutException still) {
                // It is still open.
            }
        }
    }
}
