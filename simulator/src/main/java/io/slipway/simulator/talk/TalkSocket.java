package io.slipway.simulator.talk;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.slipway.simulator.device.Tls;
import io.slipway.simulator.strict.RuleBroken;
import io.slipway.simulator.strict.StrictFrames;
import io.slipway.simulator.strict.TalkFrame;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket as firmware's network library opens and uses it. One thread may read while others
 * write.
 */
final class TalkSocket implements Closeable {

    /** How long a device waits for a connection and for {@code 101}. */
    private static final int PATIENCE_MS = 10_000;

    /** The longest payload that firmware can send. */
    private static final int MAX_PAYLOAD = 65_535;

    private static final int MAX_HEAD = 8192;
    private static final String ACCEPT_SALT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private final Socket socket;
    private final OutputStream out;
    private final TimedInput patient;
    private final StrictFrames frames;

    private TalkSocket(Socket socket, TimedInput patient, StrictFrames frames) throws IOException {
        this.socket = socket;
        this.out = socket.getOutputStream();
        this.patient = patient;
        this.frames = frames;
    }

    /**
     * The server answered with something other than {@code 101}; a device only reports that there
     * is no connection.
     */
    static final class HandshakeRefused extends IOException {

        HandshakeRefused(int status) {
            super("HTTP " + status);
        }
    }

    /**
     * Connects and waits for {@code 101}.
     *
     * @param source the address to connect from, null for any
     * @param headers lines that follow {@code Host}
     * @param key for {@code Sec-WebSocket-Key}, which {@code headers} include too
     * @param oldBuffer whether the device has firmware up to 1.7.7
     * @throws HandshakeRefused if the server answers with something else
     * @throws RuleBroken if a device would not understand the answer
     */
    static TalkSocket open(
            TalkUrl url,
            @Nullable InetAddress source,
            List<String> headers,
            String key,
            boolean oldBuffer)
            throws IOException {
        var plain = new Socket();
        try {
            if (source != null) {
                plain.bind(new InetSocketAddress(source, 0));
            }
            plain.setTcpNoDelay(true);
            plain.connect(new InetSocketAddress(url.address(), url.port()), PATIENCE_MS);
            Socket socket =
                    url.secure() ? Tls.over(plain, url.host(), url.port(), PATIENCE_MS) : plain;
            String head = "GET " + url.path() + " HTTP/1.1\r\n" + String.join("\r\n", headers);
            socket.getOutputStream().write((head + "\r\n\r\n").getBytes(ISO_8859_1));
            // One buffer for head and frames, which may arrive in one segment.
            var patient = new TimedInput(socket);
            var in = new BufferedInputStream(patient, 4096);
            check(head(in), key);
            patient.await(0);
            return new TalkSocket(socket, patient, new StrictFrames(in, oldBuffer));
        } catch (IOException | RuntimeException e) {
            plain.close();
            throw e;
        }
    }

    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n", Math.max(0, head.length() - 4)) < 0) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("connection cut in the handshake");
            }
            if (head.length() == MAX_HEAD) {
                throw new RuleBroken("§7.1", "headers without an end");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static void check(String head, String key) throws IOException {
        if (!head.startsWith("HTTP/1.1 101")) {
            String status = head.replaceFirst("(?s)^HTTP/1\\.[01] ([0-9]{3})\\b.*", "$1");
            if (status.length() != 3) {
                throw new RuleBroken(
                        "§7.1", "not a status line: " + head.lines().findFirst().get());
            }
            if (status.equals("101")) {
                throw new RuleBroken("§7.1", "101 that is not HTTP/1.1");
            }
            throw new HandshakeRefused(Integer.parseInt(status));
        }
        // Firmware ignores the rest, but desktop clients and browsers don't.
        String lower = head.toLowerCase(Locale.ROOT);
        if (!lower.contains("\r\nupgrade: websocket\r\n")
                || !lower.contains("\r\nconnection: upgrade\r\n")
                || !head.contains(accept(key) + "\r\n")) {
            throw new RuleBroken("§7.1", "101 without the headers of RFC 6455");
        }
        if (lower.contains("\r\nsec-websocket-extensions:")) {
            throw new RuleBroken("§7.1", "unrequested extensions");
        }
    }

    private static String accept(String key) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-1").digest((key + ACCEPT_SALT).getBytes(UTF_8));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Waits for the next message.
     *
     * @throws EOFException at the end of the connection
     * @throws RuleBroken if a device would not understand it
     */
    TalkFrame read() throws IOException {
        return frames.read();
    }

    /**
     * From now on {@link #read} throws SocketTimeoutException after this time, over all calls
     * together. Only for the reading thread.
     */
    void patience(int ms) throws IOException {
        patient.await(ms);
    }

    void text(String text) throws IOException {
        write(1, text.getBytes(UTF_8));
    }

    void binary(byte[] payload) throws IOException {
        write(2, payload);
    }

    void close(int code) throws IOException {
        write(8, new byte[] {(byte) (code >> 8), (byte) code});
    }

    void ping() throws IOException {
        write(9, new byte[0]);
    }

    void pong(byte[] payload) throws IOException {
        write(10, payload);
    }

    private void write(int opcode, byte[] payload) throws IOException {
        if (payload.length > MAX_PAYLOAD) {
            throw new IllegalArgumentException("firmware sends no " + payload.length + " bytes");
        }
        raw(List.of(new TalkingDevice.Raw(0x80 | opcode, payload)));
    }

    /** Writes frames, which a device might never send, with no others in between. */
    synchronized void raw(List<TalkingDevice.Raw> frames) throws IOException {
        for (TalkingDevice.Raw frame : frames) {
            raw(frame.first(), frame.payload());
        }
    }

    private void raw(int first, byte[] payload) throws IOException {
        boolean huge = payload.length > MAX_PAYLOAD;
        int header = payload.length < 126 ? 2 : huge ? 10 : 4;
        byte[] frame = new byte[header + 4 + payload.length];
        frame[0] = (byte) first;
        frame[1] = (byte) (0x80 | (header == 2 ? payload.length : huge ? 127 : 126));
        for (int i = 2; i < header; i++) {
            int shift = 8 * (header - 1 - i);
            frame[i] = (byte) (shift < Integer.SIZE ? payload.length >> shift : 0);
        }
        int mask = ThreadLocalRandom.current().nextInt();
        for (int i = 0; i < 4; i++) {
            frame[header + i] = (byte) (mask >> (8 * i));
        }
        for (int i = 0; i < payload.length; i++) {
            frame[header + 4 + i] = (byte) (payload[i] ^ frame[header + (i & 3)]);
        }
        out.write(frame);
    }

    /** Closes TCP normally, without a Close frame, as firmware does. */
    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** Closes TCP with a reset, as after a power cycle of the device. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** A deadline for everything that is read, rather than a timeout per read. */
    private static final class TimedInput extends FilterInputStream {

        private final Socket socket;
        private long deadline;

        TimedInput(Socket socket) throws IOException {
            super(socket.getInputStream());
            this.socket = socket;
            await(PATIENCE_MS);
        }

        /** Sets the timeout from now on; 0 for none. Only for the reading thread. */
        void await(int ms) throws IOException {
            deadline = ms == 0 ? 0 : System.nanoTime() + ms * 1_000_000L;
            socket.setSoTimeout(ms);
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            if (deadline != 0) {
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw new SocketTimeoutException("nothing complete in time");
                }
                socket.setSoTimeout((int) left);
            }
            return in.read(bytes, from, length);
        }
    }
}
