package io.slipway.meter;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The other end of one of the server's connections, device or backend: blocks, and reads everything
 * into one array. Not thread-safe.
 */
final class Peer implements AutoCloseable {

    static final int TEXT = 1;
    static final int BINARY = 2;

    private static final int PATIENCE_MS = 20_000;
    private static final byte[] END = ascii("\r\n\r\n");
    private static final byte[] LENGTH = ascii("content-length: ");

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] buffer = new byte[64 * 1024];
    private int from;
    private int to;

    /**
     * @param patient whether it waits without a timeout
     */
    Peer(Socket socket, boolean patient) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(patient ? 0 : PATIENCE_MS);
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    void send(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    /** Reads one answer, head and body; returns its status. */
    int answer() throws IOException {
        int head = head();
        int length = 0;
        for (int at = 0; at < head - LENGTH.length; at++) {
            if (isAt(LENGTH, at)) {
                for (int i = at + LENGTH.length; buffer[i] != '\r'; i++) {
                    length = 10 * length + buffer[i] - '0';
                }
            }
        }
        need(head + length);
        from = head + length;
        return 100 * (buffer[9] - '0') + 10 * (buffer[10] - '0') + buffer[11] - '0';
    }

    /** Reads only the head of an answer or a request. */
    String handshake() throws IOException {
        from = head();
        return new String(buffer, 0, from, StandardCharsets.UTF_8);
    }

    // Moves the next message to the array's beginning; returns where its head ends.
    private int head() throws IOException {
        compact();
        for (int at = 0; ; at++) {
            need(at + END.length);
            if (isAt(END, at)) {
                return at + END.length;
            }
        }
    }

    // Names are compared case-insensitively.
    private boolean isAt(byte[] wanted, int at) {
        for (int i = 0; i < wanted.length; i++) {
            byte b = buffer[at + i];
            if ((b >= 'A' && b <= 'Z' ? b + 32 : b) != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    /** Reads one WebSocket message of one frame and unmasks it; returns its opcode. */
    int message() throws IOException {
        compact();
        need(2);
        boolean masked = (buffer[1] & 0x80) != 0;
        int length = buffer[1] & 0x7f;
        int begin = 2;
        if (length == 126) {
            need(4);
            length = (buffer[2] & 0xff) << 8 | (buffer[3] & 0xff);
            begin = 4;
        } else if (length == 127) {
            throw new IOException("a message of over 64 KiB");
        }
        int mask = begin;
        begin += masked ? 4 : 0;
        need(begin + length);
        for (int i = 0; masked && i < length; i++) {
            buffer[begin + i] ^= buffer[mask + (i & 3)];
        }
        int opcode = buffer[0] & 0xf;
        System.arraycopy(buffer, begin, buffer, 0, to - begin);
        to -= begin;
        from = length;
        return opcode;
    }

    /** The last message or answer, as text. */
    public String text() {
        return new String(buffer, 0, from, StandardCharsets.UTF_8);
    }

    /** Whether the last message was this. */
    boolean heard(byte[] content) {
        return Arrays.equals(buffer, 0, from, content, 0, content.length);
    }

    /** A WebSocket message; a device's has a mask, which may be 0. */
    static byte[] message(int opcode, byte[] content, boolean ofDevice) {
        int mask = ofDevice ? 4 : 0;
        int header = content.length < 126 ? 2 : 4;
        byte[] all = new byte[header + mask + content.length];
        all[0] = (byte) (0x80 | opcode);
        int bit = ofDevice ? 0x80 : 0;
        if (header == 2) {
            all[1] = (byte) (bit | content.length);
        } else {
            all[1] = (byte) (bit | 126);
            all[2] = (byte) (content.length >> 8);
            all[3] = (byte) content.length;
        }
        System.arraycopy(content, 0, all, header + mask, content.length);
        return all;
    }

    private void compact() {
        System.arraycopy(buffer, from, buffer, 0, to - from);
        to -= from;
        from = 0;
    }

    private void need(int bytes) throws IOException {
        while (to < bytes) {
            int read = in.read(buffer, to, buffer.length - to);
            if (read < 0) {
                throw new EOFException("the server hung up");
            }
            to += read;
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
