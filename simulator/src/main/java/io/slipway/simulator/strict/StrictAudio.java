package io.slipway.simulator.strict;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/** Binary frames as firmware creates and parses them, without checking their length. */
public final class StrictAudio {

    private StrictAudio() {}

    /**
     * The frame for a packet from the microphone; without a timestamp, because it cancels no echo.
     */
    public static byte[] frame(int version, byte[] packet) {
        return switch (version) {
            case 2 ->
                    ByteBuffer.allocate(16 + packet.length)
                            .putShort((short) 2)
                            .putInt(12, packet.length)
                            .put(16, packet)
                            .array();
            case 3 ->
                    ByteBuffer.allocate(4 + packet.length)
                            .putShort(2, (short) packet.length)
                            .put(4, packet)
                            .array();
            default -> packet;
        };
    }

    /**
     * The packet in a frame ({@code websocket_protocol.cc:111-131}).
     *
     * @param version the {@code Protocol-Version} of the connection
     * @param warning receives what breaks no device, but no server should send
     * @throws RuleBroken if the device would read beyond the frame
     */
    public static byte[] packet(int version, byte[] frame, Consumer<String> warning) {
        int header = version == 2 ? 16 : version == 3 ? 4 : 0;
        if (frame.length < header) {
            throw new RuleBroken(
                    "§7.3", "a frame of " + frame.length + " bytes for layout " + version);
        }
        var in = ByteBuffer.wrap(frame);
        long length =
                switch (version) {
                    case 2 -> Integer.toUnsignedLong(in.getInt(12));
                    case 3 -> Short.toUnsignedInt(in.getShort(2));
                    default -> frame.length;
                };
        if (length > frame.length - header) {
            throw new RuleBroken(
                    "§7.3",
                    "payload_size %d in a frame of %d bytes, layout %d"
                            .formatted(length, frame.length, version));
        }
        boolean audio =
                version == 2
                        ? in.getShort(0) == 2 && in.getShort(2) == 0
                        : version != 3 || in.get(0) == 0;
        if (!audio) {
            warning.accept("§7.3 header: not the version or type of audio");
        }
        if (length < frame.length - header) {
            warning.accept("§7.3 length: bytes after the packet");
        }
        if (length == 0) {
            warning.accept("§7.3 empty: a packet of no bytes");
        }
        return Arrays.copyOfRange(frame, header, header + (int) length);
    }
}
