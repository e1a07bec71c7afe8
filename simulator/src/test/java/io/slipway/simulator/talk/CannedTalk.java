package io.slipway.simulator.talk;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A raw WebSocket server on loopback that does exactly what a test specifies. */
public final class CannedTalk implements AutoCloseable {

    public static final String HELLO =
            "{\"type\":\"hello\",\"transport\":\"websocket\",\"session_id\":\"S1\"}";

    /** A test's part in one connection; the connection ends with it. */
    public interface Conversation {
        void with(Peer device) throws IOException, InterruptedException;
    }

    /** What a device sent. */
    record Frame(int opcode, byte[] payload) {

        public String text() {
            return new String(payload, UTF_8);
        }
    }

    public final List<String> heads = Collections.synchronizedList(new ArrayList<>());

    private final ServerSocket socket;
    private final Conversation conversation;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    public CannedTalk(Conversation conversation) throws IOException {
        this.conversation = conversation;
        this.socket = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    /** Sends hello after the device's, and continues from there. */
    public static CannedTalk greeting(Conversation rest) throws IOException {
        return new CannedTalk(device -> {
            device.upgrade();
            device.next();
            device.text(HELLO);
            rest.with(device);
        });
    }

    public String url() {
        return "ws://127.0.0.1:" + socket.getLocalPort() + "/v1/ws/";
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
            client.setTcpNoDelay(true);
            var peer = new Peer(client);
            heads.add(peer.head);
            conversation.with(peer);
        } catch (IOException e) {
            // The device disconnected, as devices do.
        } catch (InterruptedException e) {
            // The test is over.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        threads.shutdownNow();
        threads.close();
    }

    /** One device, as the server sees it. */
    public static final class Peer {

        final String head;

        private final Socket socket;
        private final DataInputStream in;

        private Peer(Socket socket) throws IOException {
            this.socket = socket;
            this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            var text = new StringBuilder();
            while (!text.toString().endsWith("\r\n\r\n")) {
                text.append((char) in.readUnsignedByte());
            }
            this.head = text.toString();
        }

        public String header(String name) {
            return head.lines()
                    .filter(line -> line.startsWith(name + ": "))
                    .map(line -> line.substring(name.length() + 2))
                    .findFirst()
                    .orElse("");
        }

        int version() {
            return Integer.parseInt(header("Protocol-Version"));
        }

        public void upgrade() throws IOException {
            raw(
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                            + "Connection: Upgrade\r\nSec-WebSocket-Accept: "
                            + accept()
                            + "\r\n\r\n");
        }

        String accept() {
            try {
                String text = header("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
                byte[] hash = MessageDigest.getInstance("SHA-1").digest(text.getBytes(UTF_8));
                return Base64.getEncoder().encodeToString(hash);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Waits for a frame and checks that it is one that firmware sends. */
        public Frame next() throws IOException {
            int first = in.readUnsignedByte();
            int second = in.readUnsignedByte();
            int length = second & 0x7f;
            if ((first & 0xf0) != 0x80 || (second & 0x80) == 0 || length == 127) {
                throw new AssertionError("no firmware sends such a frame");
            }
            if (length == 126) {
                length = in.readUnsignedShort();
            }
            byte[] mask = in.readNBytes(4);
            byte[] payload = in.readNBytes(length);
            for (int i = 0; i < payload.length; i++) {
                payload[i] ^= mask[i & 3];
            }
            return new Frame(first & 0xf, payload);
        }

        /** Reads until the device disconnects. */
        public void drain() throws IOException {
            in.skipNBytes(Long.MAX_VALUE);
        }

        void raw(String bytes) throws IOException {
            raw(bytes.getBytes(ISO_8859_1));
        }

        void raw(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
        }

        public void text(String text) throws IOException {
            frame(0x81, text.getBytes(UTF_8));
        }

        void binary(byte[] bytes) throws IOException {
            frame(0x82, bytes);
        }

        public void close(int code) throws IOException {
            frame(0x88, new byte[] {(byte) (code >> 8), (byte) code});
        }

        void frame(int first, byte[] payload) throws IOException {
            int length = payload.length;
            var out = ByteBuffer.allocate(10 + length).put((byte) first);
            if (length < 126) {
                out.put((byte) length);
            } else if (length < 65536) {
                out.put((byte) 126).putShort((short) length);
            } else {
                out.put((byte) 127).putLong(length);
            }
            out.put(payload);
            raw(java.util.Arrays.copyOf(out.array(), out.position()));
        }
    }
}
