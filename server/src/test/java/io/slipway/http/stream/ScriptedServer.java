package io.slipway.http.stream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.http.ServerUrl;
import io.slipway.session.Await;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server on a real socket that reads requests strictly and answers as a script says, byte by byte
 * if need be. What clients send against the protocol is an error of the test.
 */
public final class ScriptedServer implements AutoCloseable {

    private static final int MOST_BODY = 16 * 1024 * 1024;

    /** What the server does after each request. */
    @FunctionalInterface
    public interface Script {
        void play(Received request, Wire wire) throws Exception;
    }

    /**
     * A request.
     *
     * @param headers by their names in lower case
     * @param connection counted from 1
     */
    public record Received(
            String method, String path, Map<String, String> headers, byte[] body, int connection) {

        public String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    /** The server's side of a connection. */
    public static final class Wire {
        private final Socket socket;
        private final InputStream in;
        private final OutputStream out;

        private Wire(Socket socket) throws IOException {
            this.socket = socket;
            this.in = new BufferedInputStream(socket.getInputStream());
            this.out = socket.getOutputStream();
        }

        /** Sends a text as it is. */
        public void say(String text) throws IOException {
            raw(text.getBytes(UTF_8));
        }

        public void raw(byte[] bytes) throws IOException {
            out.write(bytes);
            out.flush();
        }

        /** Begins an answer of any length. */
        public void begin(int status, String type, String... more) throws IOException {
            say("HTTP/1.1 " + status + " Status\r\nContent-Type: " + type + "\r\n");
            for (String header : more) {
                say(header + "\r\n");
            }
            say("Transfer-Encoding: chunked\r\n\r\n");
        }

        public void chunk(byte[] bytes) throws IOException {
            say(Integer.toHexString(bytes.length) + "\r\n");
            raw(bytes);
            say("\r\n");
        }

        public void chunk(String text) throws IOException {
            chunk(text.getBytes(UTF_8));
        }

        public void end() throws IOException {
            say("0\r\n\r\n");
        }

        /** A whole answer. */
        public void answer(int status, String type, byte[] body, String... more)
                throws IOException {
            say("HTTP/1.1 " + status + " Status\r\nContent-Type: " + type + "\r\n");
            for (String header : more) {
                say(header + "\r\n");
            }
            say("Content-Length: " + body.length + "\r\n\r\n");
            raw(body);
        }

        public void answer(int status, String type, String body, String... more)
                throws IOException {
            answer(status, type, body.getBytes(UTF_8), more);
        }

        /** Waits until the client has disconnected. */
        public void awaitEnd() throws IOException {
            try {
                assertThat(in.read()).as("bytes that nobody asked for").isNegative();
            } catch (java.net.SocketException reset) {
                // Just as good.
            }
        }

        /** Ends the connection, normally. */
        public void cut() throws IOException {
            socket.close();
        }

        /** Ends the connection with a reset. */
        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }

    private final ServerSocket server;
    private final Script script;
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    public ScriptedServer(Script script) throws IOException {
        this.script = script;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    public ServerUrl url(String path) {
        return new ServerUrl(false, "127.0.0.1", port(), path);
    }

    /** Connections so far. */
    public int connections() {
        return accepted.get();
    }

    /** Waits until clients have closed all of their connections. */
    public void awaitNoneOpen() throws Exception {
        Await.until(() -> open.get() == 0);
    }

    /** Fails if a client has broken the protocol. */
    public void check() {
        assertThat(errors).isEmpty();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                sockets.add(socket);
                int number = accepted.incrementAndGet();
                open.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(socket, number));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket, int number) {
        try (socket) {
            var wire = new Wire(socket);
            while (!socket.isClosed()) {
                Received request = read(wire.in, number);
                if (request == null) {
                    return;
                }
                script.play(request, wire);
            }
        } catch (IOException gone) {
            // The client ended it, as many tests want.
        } catch (Exception | AssertionError e) {
            errors.add(e);
        } finally {
            open.decrementAndGet();
        }
    }

    private Received read(InputStream in, int connection) throws IOException {
        String first = line(in);
        if (first == null) {
            return null;
        }
        String[] parts = first.split(" ", -1);
        assertThat(parts).as(first).hasSize(3);
        assertThat(parts[2]).isEqualTo("HTTP/1.1");
        var headers = new HashMap<String, String>();
        for (String line = line(in); !"".equals(line); line = line(in)) {
            assertThat(line).as("a header").matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+: ?\\P{Cntrl}*");
            int colon = line.indexOf(':');
            String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
            assertThat(headers.put(name, line.substring(colon + 1).strip())).as(name).isNull();
        }
        assertThat(headers).containsKeys("host", "content-length");
        assertThat(headers).doesNotContainKey("transfer-encoding");
        int length = Integer.parseInt(headers.get("content-length"));
        assertThat(length).isLessThanOrEqualTo(MOST_BODY);
        byte[] body = in.readNBytes(length);
        return body.length < length
                ? null
                : new Received(parts[0], parts[1], headers, body, connection);
    }

    private static String line(InputStream in) throws IOException {
        var bytes = new ArrayList<Byte>();
        for (int b = in.read(); b != '\r'; b = in.read()) {
            if (b < 0) {
                return null;
            }
            assertThat(b).as("a bare line feed").isNotEqualTo('\n');
            bytes.add((byte) b);
        }
        assertThat(in.read()).isEqualTo('\n');
        byte[] plain = new byte[bytes.size()];
        for (int i = 0; i < plain.length; i++) {
            plain[i] = bytes.get(i);
        }
        return new String(plain, ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket each : sockets) {
            each.close();
        }
        check();
    }
}
