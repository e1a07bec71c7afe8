package io.slipway.session;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A backend that does on each connection what a test specifies, on plain sockets: what it has
 * written, the kernel or the gateway has accepted, because it has no queue of its own.
 */
final class RawBackend implements AutoCloseable {

    /** Its behaviour on a connection, which ends when this returns or fails. */
    interface Script {
        void run(Talk talk) throws IOException;
    }

    private static final int BUFFER = 16 * 1024;

    private final ServerSocket listening;
    private final Script script;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    private final CountDownLatch woken = new CountDownLatch(1);

    /** Bytes of speech sent and received, over all connections. */
    final AtomicLong sent = new AtomicLong();

    final AtomicLong received = new AtomicLong();

    private RawBackend(ServerSocket listening, Script script) throws IOException {
        this.listening = listening;
        this.script = script;
        listening.setReceiveBufferSize(BUFFER);
        listening.bind(new InetSocketAddress("127.0.0.1", 0), 1_000);
    }

    static RawBackend start(Script script) throws IOException {
        return start(new ServerSocket(), script);
    }

    /** On a socket that is not bound yet. */
    static RawBackend start(ServerSocket socket, Script script) throws IOException {
        var backend = new RawBackend(socket, script);
        backend.threads.add(Thread.startVirtualThread(backend::accept));
        return backend;
    }

    String url() {
        return "ws://127.0.0.1:" + port() + "/";
    }

    int port() {
        return listening.getLocalPort();
    }

    /** Connections that have not ended. */
    int open() {
        return open.size();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listening.accept();
                open.add(socket);
                threads.add(Thread.startVirtualThread(() -> serve(socket)));
            }
        } catch (IOException closed) {
            // The end of the test.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setSendBufferSize(BUFFER);
            socket.setTcpNoDelay(true);
            script.run(new Talk(socket));
        } catch (IOException e) {
            // However it ended, it ended.
        } finally {
            open.remove(socket);
            threads.remove(Thread.currentThread());
        }
    }

    /** One connection. */
    final class Talk {
        final Socket socket;
        private final DataInputStream in;
        private final OutputStream out;
        private final Map<String, String> headers = new HashMap<>();

        Talk(Socket socket) throws IOException {
            this.socket = socket;
            in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
            out = socket.getOutputStream();
        }

        /** Reads the gateway's handshake; returns the answer to it. */
        byte[] handshake() throws IOException {
            var head = new StringBuilder();
            while (!head.toString().endsWith("\r\n\r\n")) {
                head.append((char) in.readUnsignedByte());
            }
            for (String line : head.toString().split("\r\n")) {
                String[] header = line.split(": ", 2);
                headers.put(header[0].toLowerCase(Locale.ROOT), header[header.length - 1]);
            }
            String answer =
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                            + "Connection: Upgrade\r\nSec-WebSocket-Accept: "
                            + accept(headers.get("sec-websocket-key"))
                            + "\r\n\r\n";
            return answer.getBytes(StandardCharsets.US_ASCII);
        }

        private static String accept(String key) {
            try {
                byte[] all =
                        (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                                .getBytes(StandardCharsets.US_ASCII);
                return Base64.getEncoder()
                        .encodeToString(MessageDigest.getInstance("SHA-1").digest(all));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Handshake and both hellos. */
        void greet() throws IOException {
            write(handshake());
            Frame.read(in);
            text(TestBackend.HELLO);
        }

        String deviceId() {
            return headers.get("device-id");
        }

        void write(byte[] bytes) throws IOException {
            out.write(bytes);
        }

        void text(String text) throws IOException {
            write(Frame.ofServer(Frame.TEXT, Frame.utf8(text)));
        }

        void speech(byte[] frame) throws IOException {
            write(Frame.ofServer(Frame.BINARY, frame));
            count(frame.length);
        }

        void count(int bytes) {
            sent.addAndGet(bytes);
        }

        void close(int code) throws IOException {
            byte[] payload = ByteBuffer.allocate(2).putShort((short) code).array();
            write(Frame.ofServer(Frame.CLOSE, payload));
        }

        Frame next() throws IOException {
            Frame frame = Frame.read(in);
            received.addAndGet(frame.payload().length);
            return frame;
        }

        /** Echoes every frame of speech, to the end. */
        void echo() throws IOException {
            Frame frame;
            while ((frame = next()).opcode() != Frame.CLOSE) {
                if (frame.opcode() == Frame.BINARY) {
                    speech(frame.payload());
                }
            }
        }

        /** Reads nothing until {@link #wake}, then everything up to the end. */
        void stall() throws IOException {
            try {
                woken.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            untilEnd();
        }

        void untilEnd() throws IOException {
            while (next().opcode() != Frame.CLOSE) {
                // On to the end.
            }
        }
    }

    /** Stalled connections resume reading. */
    void wake() {
        woken.countDown();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : open) {
            socket.close();
        }
        threads.forEach(Thread::interrupt);
    }
}
