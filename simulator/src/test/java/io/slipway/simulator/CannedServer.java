package io.slipway.simulator;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A raw server on loopback that sends exactly what a test specifies. */
public final class CannedServer implements AutoCloseable {

    /** A request as received, byte for byte (ISO 8859-1), and its source address. */
    public record Request(String head, String body, String from) {

        public String path() {
            return head.split(" ", 3)[1];
        }

        public @Nullable String header(String name) {
            for (String line : head.split("\r\n")) {
                if (line.startsWith(name + ": ")) {
                    return line.substring(name.length() + 2);
                }
            }
            return null;
        }

        String device() {
            return String.valueOf(header("Device-Id"));
        }
    }

    public final List<Request> requests = Collections.synchronizedList(new ArrayList<>());

    private static final int LINGER_MS = 10_000;

    private final ServerSocket socket;
    private volatile boolean closesFirst;
    private final Function<Request, byte[]> answer;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /**
     * @param answer returns the raw response; {@code ""} cuts the connection
     */
    public CannedServer(Function<Request, String> answer) throws IOException {
        this(answer.andThen(text -> text.getBytes(UTF_8)), 0);
    }

    private CannedServer(Function<Request, byte[]> answer, int port) throws IOException {
        this.answer = answer;
        this.socket = new ServerSocket(port, 1000, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    /** For binary responses. */
    public static CannedServer ofBytes(Function<Request, byte[]> answer) throws IOException {
        return new CannedServer(answer, 0);
    }

    /** From now on it closes as soon as it has answered. */
    public void closeFirst() {
        closesFirst = true;
    }

    /** Always the same response. */
    public static CannedServer saying(String response) throws IOException {
        return new CannedServer(request -> response);
    }

    /** A flawless response. */
    public static String http(int status, String body) {
        return "HTTP/1.1 "
                + status
                + " X\r\nContent-Type: application/json\r\nContent-Length: "
                + body.getBytes(UTF_8).length
                + "\r\nConnection: close\r\n\r\n"
                + body;
    }

    public String url() {
        return "http://127.0.0.1:" + socket.getLocalPort() + "/v1/ota/";
    }

    private void accept() {
        try {
            while (true) {
                Socket client = socket.accept();
                threads.execute(() -> serve(client));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket client) {
        try (client) {
            Request request = read(client);
            requests.add(request);
            byte[] response = answer.apply(request);
            client.getOutputStream().write(response);
            if (response.length > 0 && !closesFirst) {
                // The device closes first (device-contract R15), unless it waits for more.
                client.setSoTimeout(LINGER_MS);
                while (client.getInputStream().read() >= 0) {}
            }
        } catch (IOException e) {
            // The device disconnected, as devices do.
        }
    }

    private static Request read(Socket client) throws IOException {
        InputStream in = new BufferedInputStream(client.getInputStream());
        var head = new ByteArrayOutputStream();
        for (int line = 0, last = 0; line < 2; ) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException();
            }
            head.write(next);
            line = next == '\n' && last == '\r' ? line + 1 : next == '\r' ? line : 0;
            last = next;
        }
        String text = head.toString(ISO_8859_1);
        var bare = new Request(text, "", "");
        String announced = bare.header("Content-Length");
        int length = announced == null ? 0 : Integer.parseInt(announced);
        String body = new String(in.readNBytes(length), ISO_8859_1);
        return new Request(text, body, client.getInetAddress().getHostAddress());
    }

    @Override
    public void close() throws IOException {
        socket.close();
        threads.shutdownNow();
        threads.close();
    }
}
