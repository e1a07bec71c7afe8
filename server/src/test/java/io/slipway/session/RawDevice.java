package io.slipway.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.TestDevice;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A device's end of a session, byte by byte: reads only on request. */
final class RawDevice implements AutoCloseable {

    /** Bytes in the kernel, which doubles it. Small, so that slowness has an effect soon. */
    private static final int BUFFER = 4 * 1024;

    private static final int PATIENCE_MS = 20_000;

    final Socket socket = new Socket();
    final DataInputStream in;
    private final OutputStream out;

    /** Connects, and sends nothing. */
    RawDevice(int port) throws IOException {
        socket.setReceiveBufferSize(BUFFER);
        socket.setSendBufferSize(BUFFER);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MS);
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    /** Opens a session with its own token and says hello. */
    static RawDevice call(TestDevice device, int version) throws IOException {
        return call(device, SessionClient.token(device), version, device.server().port());
    }

    /** As above, through another port than the server's. */
    static RawDevice call(TestDevice device, String token, int version, int port)
            throws IOException {
        var raw = new RawDevice(port);
        raw.write(handshake(device, token, version));
        assertThat(raw.head()).startsWith("HTTP/1.1 101");
        raw.send(Frame.TEXT, Frame.utf8(SessionClient.HELLO));
        return raw;
    }

    /** The request for a session as bytes. */
    static byte[] handshake(TestDevice device, String token, int version) {
        String request =
                "GET /v1/ws/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                        + token
                        + "\r\nClient-Id: "
                        + device.clientId()
                        + "\r\nConnection: Upgrade\r\nDevice-Id: "
                        + device.mac()
                        + "\r\nProtocol-Version: "
                        + version
                        + "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        + "Sec-WebSocket-Version: 13\r\nUpgrade: websocket\r\n\r\n";
        return request.getBytes(StandardCharsets.US_ASCII);
    }

    /** The head of an answer. */
    String head() throws IOException {
        var head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString();
    }

    /** Bytes as they are, of a frame or of none. */
    void write(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    void send(int opcode, byte[] payload) throws IOException {
        write(Frame.ofDevice(opcode, payload));
    }

    Frame next() throws IOException {
        Frame frame = Frame.read(in);
        assertThat(frame.wire() - frame.payload().length)
                .as("a server's frames are not masked")
                .isIn(2, 4, 10);
        return frame;
    }

    /** The next text of a type; earlier messages are skipped. */
    Frame next(String type) throws IOException {
        Frame frame = next();
        while (!frame.type().equals(type)) {
            frame = next();
        }
        return frame;
    }

    /** Whether TCP ends here, in any way. */
    boolean ended() {
        try {
            next();
            return false;
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("the server did not end TCP", e);
        } catch (IOException e) {
            return true;
        }
    }

    /** The code of the server's close frame, after which it must close TCP. */
    int lastWords() throws IOException {
        Frame frame = next();
        while (frame.opcode() != Frame.CLOSE) {
            frame = next();
        }
        assertThat(ended()).isTrue();
        return frame.code();
    }

    /** Reads and drops everything up to the end. */
    void untilEnd() throws IOException {
        byte[] some = new byte[64 * 1024];
        try {
            while (in.read(some) >= 0) {
                // On to the end.
            }
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("the server did not end TCP", e);
        } catch (java.net.SocketException reset) {
            // An end as well.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
