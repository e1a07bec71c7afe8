package io.slipway.doctor;

import io.slipway.http.ServerUrl;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request, byte for byte as it is given, and what came back, as it was on the wire: no
 * library in between that would follow redirects or tidy up names of headers.
 */
final class RawCall {

    private static final int CONNECT_MS = 5_000;
    private static final int READ_MS = 10_000;

    /** How long a device's own close may take. */
    private static final int CLOSE_MS = 500;

    private static final int MOST_HEAD = 32 * 1024;

    /** Of answers other than an image, bytes. */
    static final int MOST_BODY = 64 * 1024;

    /** For a whole answer; an image takes longer. */
    private static final Duration USUAL = Duration.ofSeconds(30);

    private static final Duration LONG = Duration.ofMinutes(5);

    /**
     * What came back.
     *
     * @param headers the lines of the head without the first one
     * @param closedFirst whether the other side closed the connection before this one
     * @param certificate of the other side; null without TLS
     */
    record RawAnswer(
            int status,
            List<String> headers,
            byte[] body,
            boolean closedFirst,
            @Nullable X509Certificate certificate) {

        /** The value of a header, whatever its case; null if absent. */
        @Nullable String header(String name) {
            String start = name.toLowerCase(Locale.ROOT) + ":";
            for (String line : headers) {
                if (line.toLowerCase(Locale.ROOT).startsWith(start)) {
                    return line.substring(start.length()).strip();
                }
            }
            return null;
        }

        /** Whether a header is there in exactly this spelling. */
        boolean spells(String name) {
            return headers.stream().anyMatch(line -> line.startsWith(name + ":"));
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    private RawCall() {}

    /** Like {@link #send(ServerUrl, String, int)}, for answers of at most 64 KiB, within 30 s. */
    static RawAnswer send(ServerUrl to, String request) throws IOException {
        return send(to, request, MOST_BODY);
    }

    /**
     * Sends it over a connection of its own.
     *
     * @param most bytes of the body that are read
     * @throws IOException if there is no connection, no valid certificate, nothing for 10 s, or no
     *     complete answer within 5 min
     */
    static RawAnswer send(ServerUrl to, String request, int most) throws IOException {
        try (var plain = new Socket()) {
            plain.connect(new InetSocketAddress(to.host(), to.port()), CONNECT_MS);
            plain.setSoTimeout(READ_MS);
            if (!to.tls()) {
                return exchange(plain, request, most, null);
            }
            try (SSLSocket tls = secure(plain, to)) {
                Certificate[] chain = tls.getSession().getPeerCertificates();
                return exchange(tls, request, most, (X509Certificate) chain[0]);
            }
        }
    }

    private static SSLSocket secure(Socket plain, ServerUrl to) throws IOException {
        var factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
        var tls = (SSLSocket) factory.createSocket(plain, to.host(), to.port(), true);
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        // What all firmware has. Like it, this asks nobody for a missing intermediate certificate.
        parameters.setProtocols(new String[] {"TLSv1.2"});
        tls.setSSLParameters(parameters);
        tls.startHandshake();
        return tls;
    }

    private static RawAnswer exchange(
            Socket socket, String request, int most, @Nullable X509Certificate certificate)
            throws IOException {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        InputStream in = socket.getInputStream();
        try {
            return answer(socket, in, most, certificate);
        } catch (SocketTimeoutException e) {
            throw new IOException("no complete answer within " + READ_MS / 1_000 + " s", e);
        }
    }

    private static RawAnswer answer(
            Socket socket, InputStream in, int most, @Nullable X509Certificate certificate)
            throws IOException {
        String head = head(in);
        String[] lines = head.split("\r?\n", -1);
        String[] first = lines[0].split(" ", 3);
        if (first.length < 2 || !first[0].startsWith("HTTP/1.") || !first[1].matches("\\d{3}")) {
            throw new IOException("this is not HTTP/1: " + lines[0]);
        }
        var found =
                new RawAnswer(
                        Integer.parseInt(first[1]),
                        Arrays.asList(lines).subList(1, lines.length),
                        new byte[0],
                        false,
                        certificate);
        String length = found.header("Content-Length");
        boolean none = found.status() == 101 || found.status() == 204;
        byte[] body =
                none
                        ? new byte[0]
                        : length != null && length.matches("\\d{1,9}")
                                ? counted(in, Math.min(most, Integer.parseInt(length)))
                                : untilItStops(in);
        return new RawAnswer(
                found.status(), found.headers(), body, closes(socket, in), certificate);
    }

    private static String head(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        int end = 0;
        while (end < 4) {
            int next = in.read();
            if (next < 0 || head.size() > MOST_HEAD) {
                throw new IOException(next < 0 ? "the connection was closed" : "an endless head");
            }
            head.write(next);
            end = next == (end % 2 == 0 ? '\r' : '\n') ? end + 1 : next == '\r' ? 1 : 0;
        }
        return head.toString(StandardCharsets.ISO_8859_1).strip();
    }

    private static byte[] counted(InputStream in, int length) throws IOException {
        Duration limit = length > MOST_BODY ? LONG : USUAL;
        long end = System.nanoTime() + limit.toNanos();
        byte[] body = new byte[length];
        int got = 0;
        while (got < length) {
            int n = in.read(body, got, length - got);
            if (n < 0) {
                return Arrays.copyOf(body, got);
            }
            got += n;
            if (System.nanoTime() - end > 0) {
                throw new IOException("no complete answer within " + limit.toSeconds() + " s");
            }
        }
        return body;
    }

    // Without a length, the time-out is its end if the connection stays open.
    private static byte[] untilItStops(InputStream in) throws IOException {
        var body = new ByteArrayOutputStream();
        byte[] some = new byte[4_096];
        long end = System.nanoTime() + USUAL.toNanos();
        try {
            int n = 0;
            while (n >= 0 && body.size() < MOST_BODY && System.nanoTime() - end < 0) {
                body.write(some, 0, n);
                n = in.read(some);
            }
        } catch (SocketTimeoutException e) {
            // Its end, as far as can be known.
        }
        return body.toByteArray();
    }

    private static boolean closes(Socket socket, InputStream in) {
        try {
            socket.setSoTimeout(CLOSE_MS);
            return in.read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}
