package io.slipway.simulator.strict;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/**
 * Reads WebSocket frames as all network libraries of devices together do, and names anything that
 * one of them can't handle. Not thread-safe.
 */
public final class StrictFrames {

    /** A device has a few hundred kB of memory in all; no message comes near this. */
    public static final int MAX_MESSAGE = 128 * 1024;

    /** The receive buffer of firmware up to 1.7.7, including the header. */
    static final int OLD_BUFFER = 2048;

    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private final DataInputStream in;
    private final boolean oldBuffer;
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();

    /** The opcode of the message that is being assembled, 0 for none. */
    private int fragmented;

    /**
     * @param oldBuffer whether the device has firmware up to 1.7.7
     */
    public StrictFrames(InputStream in, boolean oldBuffer) {
        this.in = new DataInputStream(in);
        this.oldBuffer = oldBuffer;
    }

    /**
     * Waits for the next complete message or control frame.
     *
     * @throws EOFException at the end of the connection
     * @throws RuleBroken if a device would not understand it
     */
    public TalkFrame read() throws IOException {
        while (true) {
            int first = in.readUnsignedByte();
            int second = in.readUnsignedByte();
            boolean last = (first & 0x80) != 0;
            int opcode = first & 0xf;
            byte[] payload = payload(second, opcode >= CLOSE);
            if ((first & 0x70) != 0) {
                throw new RuleBroken("§7.7", "reserved bits of a frame are set");
            }
            switch (opcode) {
                case CONTINUATION, TEXT, BINARY -> {
                    if ((opcode == CONTINUATION) == (fragmented == 0)) {
                        throw new RuleBroken("§7.7", "a fragment out of order");
                    }
                    append(payload);
                    int kind = opcode == CONTINUATION ? fragmented : opcode;
                    fragmented = last ? 0 : kind;
                    if (last) {
                        return whole(kind);
                    }
                }
                case CLOSE, PING, PONG -> {
                    if (!last) {
                        throw new RuleBroken("§7.7", "a control frame in fragments");
                    }
                    return control(opcode, payload);
                }
                default -> throw new RuleBroken("§7.7", "unknown opcode " + opcode);
            }
        }
    }

    private byte[] payload(int second, boolean control) throws IOException {
        long length = second & 0x7f;
        int header = 2;
        if (length == 126) {
            length = in.readUnsignedShort();
            header += 2;
        } else if (length == 127) {
            length = in.readLong();
            header += 8;
        }
        byte[] mask = new byte[4];
        if ((second & 0x80) != 0) {
            in.readFully(mask);
            header += 4;
        }
        if (length < 0 || length > MAX_MESSAGE || (control && length > 125)) {
            throw new RuleBroken("§7.7", "a frame of " + length + " bytes");
        }
        if (oldBuffer && header + length >= OLD_BUFFER) {
            throw new RuleBroken(
                    "§7.7", "a frame of 2048 bytes or more overflows firmware up to 1.7.7");
        }
        byte[] payload = new byte[(int) length];
        in.readFully(payload);
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= mask[i & 3];
        }
        return payload;
    }

    private void append(byte[] payload) {
        if (message.size() + payload.length > MAX_MESSAGE) {
            throw new RuleBroken("§7.7", "a message of over " + MAX_MESSAGE + " bytes");
        }
        message.writeBytes(payload);
    }

    private TalkFrame whole(int kind) {
        byte[] bytes = message.toByteArray();
        message.reset();
        return kind == BINARY
                ? new TalkFrame.Binary(bytes)
                : new TalkFrame.TextFrame(utf8(bytes, 0));
    }

    private static TalkFrame control(int opcode, byte[] payload) {
        if (opcode == PING) {
            return new TalkFrame.Ping(payload);
        }
        if (opcode == PONG) {
            return new TalkFrame.Pong();
        }
        if (payload.length == 1) {
            throw new RuleBroken("§7.6", "half a code in a Close frame");
        }
        return payload.length == 0
                ? new TalkFrame.Close(1005, "")
                : new TalkFrame.Close(
                        Short.toUnsignedInt(ByteBuffer.wrap(payload).getShort()), utf8(payload, 2));
    }

    private static String utf8(byte[] bytes, int from) {
        try {
            return UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, bytes.length - from))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new RuleBroken("§7.4", "a text that is not UTF-8");
        }
    }
}
