package io.slipway.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A TCP connection that sends exactly what a test specifies, and reads no more than that. */
public final class RawClient implements AutoCloseable {

    final Socket socket;
    private final InputStream in;

    /** The head of an answer. */
    public record Head(int status, List<String> lines) {
        public List<String> names() {
            return lines.stream().map(line -> line.substring(0, line.indexOf(':'))).toList();
        }

        public String header(String name) {
            return lines.stream()
                    .filter(line -> line.startsWith(name + ": "))
                    .map(line -> line.substring(name.length() + 2))
                    .findFirst()
                    .orElse(null);
        }

        public int length() {
            return Integer.parseInt(header("Content-Length"));
        }
    }

    public RawClient(int port) throws IOException {
        this(port, 0);
    }

    /**
     * @param window receive buffer of the kernel in bytes; 0 for the default
     */
    public RawClient(int port, int window) throws IOException {
        socket = new Socket();
        if (window > 0) {
            socket.setReceiveBufferSize(window);
        }
        socket.setSoTimeout(30_000);
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        in = socket.getInputStream();
    }

    /** With TLS, to {@code localhost}. */
    public RawClient(int port, SSLContext trust) throws IOException {
        var plain = new Socket("127.0.0.1", port);
        plain.setSoTimeout(30_000);
        var tls = (SSLSocket) trust.getSocketFactory().createSocket(plain, "localhost", port, true);
        SSLParameters parameters = tls.getSSLParameters();
        // Left out by itself for a name without a dot; some servers choose their certificate by it.
        parameters.setServerNames(List.of(new SNIHostName("localhost")));
        tls.setSSLParameters(parameters);
        socket = tls;
        in = socket.getInputStream();
    }

    public RawClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /** A GET as devices send it, with optional header lines. */
    public RawClient get(String path, String... more) throws IOException {
        var text = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: h\r\n");
        for (String line : more) {
            text.append(line).append("\r\n");
        }
        return send(text.append("\r\n").toString());
    }

    public Head head() throws IOException {
        var text = new StringBuilder();
        while (text.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the connection ended within: " + text);
            }
            text.append((char) next);
        }
        List<String> lines = Arrays.asList(text.toString().strip().split("\r\n"));
        return new Head(
                Integer.parseInt(lines.getFirst().split(" ")[1]), lines.subList(1, lines.size()));
    }

    public byte[] read(int bytes) throws IOException {
        return in.readNBytes(bytes);
    }

    /** How long to wait for the other side, in milliseconds. */
    public void timeout(int ms) throws IOException {
        socket.setSoTimeout(ms);
    }

    /** Whether the other side has closed its output, without sending anything. */
    public boolean ended() throws IOException {
        return in.read() < 0;
    }

    /** Closes normally. */
    public void end() throws IOException {
        socket.close();
    }

    /** Closes like a device after a power cycle. */
    public void reset() throws IOException {
        if (!socket.isClosed()) {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
