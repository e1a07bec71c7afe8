package io.slipway.bench.sessions;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One WebSocket of the benchmark, of either side, on its {@link LineLoop}'s thread. It allocates no
 * buffers unless a frame comes in parts.
 */
abstract class Line {

    /** With more than this queued, the other side is stuck. */
    private static final int MOST_WAITING = 1 << 20;

    private static final byte[] NOTHING = new byte[0];

    private final LineLoop loop;
    private final SocketChannel channel;
    private final SelectionKey key;
    private byte[] rest = NOTHING;
    private byte[] waiting = NOTHING;
    private boolean shaken;
    private boolean gone;

    Line(LineLoop loop, SocketChannel channel) throws IOException {
        this.loop = loop;
        this.channel = channel;
        this.key = loop.register(channel, this);
    }

    /** The TCP connection is established. */
    abstract void connected();

    /** The head of the other side's handshake. */
    abstract void shaken(String head);

    abstract void text(String text);

    /** A binary message in the first bytes of an array that is valid for this call only. */
    abstract void binary(byte[] content, int length);

    /** Called once, when the socket is closed other than by {@link #close}. */
    abstract void lost(String why);

    final boolean gone() {
        return gone;
    }

    /** Sends bytes, now or when the other side accepts them. */
    final void send(ByteBuffer bytes) {
        if (gone) {
            return;
        }
        try {
            if (waiting.length == 0) {
                channel.write(bytes);
            }
            if (bytes.hasRemaining()) {
                int before = waiting.length;
                waiting = Arrays.copyOf(waiting, before + bytes.remaining());
                bytes.get(waiting, before, waiting.length - before);
                key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
                if (waiting.length > MOST_WAITING) {
                    fail("the other side reads nothing");
                }
            }
        } catch (IOException e) {
            fail(e.toString());
        }
    }

    final void send(byte[] bytes) {
        send(ByteBuffer.wrap(bytes));
    }

    /** Drops the connection, as devices do. */
    final void close() {
        if (!gone) {
            gone = true;
            key.cancel();
            try {
                channel.close();
            } catch (IOException e) {
                // It is closed in any case.
            }
        }
    }

    private void fail(String why) {
        if (!gone) {
            close();
            lost(why);
        }
    }

    /** Called when the selector reports an event. */
    final void ready() {
        try {
            if (key.isConnectable()) {
                channel.finishConnect();
                key.interestOps(SelectionKey.OP_READ);
                connected();
                return;
            }
            if (key.isWritable()) {
                flush();
            }
            if (!gone && key.isReadable()) {
                read();
            }
        } catch (IOException e) {
            fail(e.toString());
        }
    }

    private void flush() throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(waiting);
        channel.write(bytes);
        waiting = Arrays.copyOfRange(waiting, bytes.position(), waiting.length);
        if (waiting.length == 0) {
            key.interestOps(SelectionKey.OP_READ);
        }
    }

    private void read() throws IOException {
        ByteBuffer in = loop.in();
        in.clear();
        in.put(rest);
        rest = NOTHING;
        if (channel.read(in) < 0) {
            fail("closed by the other side");
            return;
        }
        in.flip();
        while (!gone && (shaken ? frame(in) : head(in))) {
            // The next one.
        }
        if (in.hasRemaining() && !gone) {
            rest = new byte[in.remaining()];
            in.get(rest);
        }
    }

    private boolean head(ByteBuffer in) {
        int from = in.position();
        for (int i = from; i + 4 <= in.limit(); i++) {
            if (in.getInt(i) == 0x0d0a_0d0a) {
                byte[] head = new byte[i + 4 - from];
                in.get(head);
                shaken = true;
                shaken(new String(head, StandardCharsets.ISO_8859_1));
                return true;
            }
        }
        return false;
    }

    // False if the frame is not complete yet.
    private boolean frame(ByteBuffer in) {
        int at = in.position();
        if (in.remaining() < 2) {
            return false;
        }
        int opcode = in.get(at) & 0x0f;
        boolean masked = in.get(at + 1) < 0;
        int length = in.get(at + 1) & 0x7f;
        int header = 2;
        if (length == 127 || in.get(at) >= 0) {
            fail("an unexpected frame");
            return false;
        }
        if (length == 126) {
            if (in.remaining() < 4) {
                return false;
            }
            length = in.getShort(at + 2) & 0xffff;
            header = 4;
        }
        int maskAt = at + header;
        header += masked ? 4 : 0;
        if (in.remaining() < header + length) {
            return false;
        }
        byte[] content = loop.scratch();
        in.position(at + header);
        in.get(content, 0, length);
        if (masked) {
            for (int i = 0; i < length; i++) {
                content[i] ^= in.get(maskAt + (i & 3));
            }
        }
        deliver(opcode, content, length);
        return true;
    }

    private void deliver(int opcode, byte[] content, int length) {
        switch (opcode) {
            case Wire.TEXT -> text(new String(content, 0, length, StandardCharsets.UTF_8));
            case Wire.BINARY -> binary(content, length);
            case Wire.CLOSE -> {
                int code = length < 2 ? 1005 : ((content[0] & 0xff) << 8) | (content[1] & 0xff);
                String reason =
                        length < 2
                                ? ""
                                : new String(content, 2, length - 2, StandardCharsets.UTF_8);
                fail("closed with " + code + " " + reason);
            }
            default -> fail("a frame of type " + opcode);
        }
    }
}
