package io.slipway.session;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.http.Json;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * One WebSocket frame as it is on the wire, for tests to which clients and servers would hide it.
 *
 * @param wire its length with its header
 */
record Frame(int opcode, boolean last, int wire, byte[] payload) {

    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    /** The next frame of either side. */
    static Frame read(DataInputStream in) throws IOException {
        int first = in.readUnsignedByte();
        int second = in.readUnsignedByte();
        boolean masked = (second & 0x80) != 0;
        int length = second & 0x7f;
        int header = 2;
        if (length == 126) {
            length = in.readUnsignedShort();
            header = 4;
        } else if (length == 127) {
            length = (int) in.readLong();
            header = 10;
        }
        byte[] mask = new byte[masked ? 4 : 0];
        in.readFully(mask);
        byte[] payload = new byte[length];
        in.readFully(payload);
        for (int i = 0; masked && i < length; i++) {
            payload[i] ^= mask[i & 3];
        }
        return new Frame(first & 0xf, (first & 0x80) != 0, header + mask.length + length, payload);
    }

    /** As a device sends it: masked, with zeros, as a mask may be. */
    static byte[] ofDevice(int opcode, byte[] payload) {
        return bytes(opcode, payload, true);
    }

    /** As a server sends it: not masked. */
    static byte[] ofServer(int opcode, byte[] payload) {
        return bytes(opcode, payload, false);
    }

    private static byte[] bytes(int opcode, byte[] payload, boolean masked) {
        int mask = masked ? 0x80 : 0;
        var bytes = new ByteArrayOutputStream(payload.length + 14);
        bytes.write(0x80 | opcode);
        if (payload.length < 126) {
            bytes.write(mask | payload.length);
        } else if (payload.length < 65_536) {
            bytes.write(mask | 126);
            bytes.write(payload.length >> 8);
            bytes.write(payload.length);
        } else {
            bytes.write(mask | 127);
            bytes.writeBytes(ByteBuffer.allocate(8).putLong(payload.length).array());
        }
        bytes.writeBytes(new byte[masked ? 4 : 0]);
        bytes.writeBytes(payload);
        return bytes.toByteArray();
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    JsonNode json() {
        return Json.read(payload);
    }

    /** The type of a text; empty for all else. */
    String type() {
        return opcode == TEXT ? json().path("type").asText() : "";
    }

    /** The code of a close frame. */
    int code() {
        return ByteBuffer.wrap(payload).getShort();
    }
}
