package io.slipway.protocol.socket;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * The layout of binary frames, one Opus packet each, the same in both directions. Determined by the
 * {@code Protocol-Version} header of the connection, never by the hello. Numbers are big-endian.
 *
 * <p>A device trusts the length in the header and reads past the end of a shorter frame: what goes
 * to a device must be {@link #safe}. Immutable and thread-safe.
 */
public enum AudioLayout {
    /** The bare packet. */
    V1(1, 0),
    /** u16 version = 2, u16 type = 0, u32 reserved, u32 timestamp in ms, u32 length, packet. */
    V2(2, 16),
    /** u8 type = 0, u8 reserved, u16 length, packet. */
    V3(3, 4);

    /**
     * The maximum size of a packet in bytes: 48 frames of 1275 bytes with their lengths (RFC 6716,
     * 3.2.5).
     */
    public static final int MAX_PACKET = 61_298;

    private static final int LENGTH_V2 = 12;
    private static final int LENGTH_V3 = 2;

    private final int version;
    private final int header;

    AudioLayout(int version, int header) {
        this.version = version;
        this.header = header;
    }

    /**
     * The layout of a {@code Protocol-Version}; 1 for any number other than 2 or 3, as in firmware.
     */
    public static AudioLayout of(int protocolVersion) {
        return switch (protocolVersion) {
            case 2 -> V2;
            case 3 -> V3;
            default -> V1;
        };
    }

    /** The {@code Protocol-Version}: 1, 2 or 3. */
    public int version() {
        return version;
    }

    /** The bytes before the packet in each frame. */
    public int header() {
        return header;
    }

    /**
     * The frame for a packet.
     *
     * @param timestampMs its low 32 bits are written, by layout 2 only
     * @throws IllegalArgumentException if the packet is longer than {@link #MAX_PACKET}
     */
    public byte[] frame(byte[] opus, long timestampMs) {
        if (opus.length > MAX_PACKET) {
            throw new IllegalArgumentException("a packet of " + opus.length + " bytes");
        }
        var out = ByteBuffer.allocate(header + opus.length);
        switch (this) {
            case V1 -> {}
            case V2 ->
                    out.putShort((short) 2)
                            .putShort((short) 0)
                            .putInt(0)
                            .putInt((int) timestampMs)
                            .putInt(opus.length);
            case V3 -> out.put((byte) 0).put((byte) 0).putShort((short) opus.length);
        }
        return out.put(opus).array();
    }

    /**
     * The packet in a frame. Empty if it has no complete header, a length beyond its end or beyond
     * {@link #MAX_PACKET}, or a type other than audio; bytes after the packet are ignored, as by
     * devices. Never throws.
     */
    public Optional<AudioFrame> read(byte[] frame) {
        if (!safe(frame)) {
            return Optional.empty();
        }
        long length = length(frame);
        boolean audio =
                switch (this) {
                    case V1 -> true;
                    case V2 -> frame[2] == 0 && frame[3] == 0;
                    case V3 -> frame[0] == 0;
                };
        if (!audio || length > MAX_PACKET) {
            return Optional.empty();
        }
        long timestamp = this == V2 ? u32(frame, 8) : 0;
        byte[] opus = Arrays.copyOfRange(frame, header, header + (int) length);
        return Optional.of(new AudioFrame(timestamp, opus));
    }

    /**
     * Whether a device with this layout can read a frame without reading past its end. Checks only
     * the header; the packet itself is not checked.
     */
    public boolean safe(byte[] frame) {
        return frame.length >= header && length(frame) <= frame.length - header;
    }

    // As a device reads it, from a frame with a complete header.
    private long length(byte[] frame) {
        return switch (this) {
            case V1 -> frame.length;
            case V2 -> u32(frame, LENGTH_V2);
            case V3 -> ((frame[LENGTH_V3] & 0xff) << 8) | (frame[LENGTH_V3 + 1] & 0xff);
        };
    }

    private static long u32(byte[] bytes, int at) {
        return ByteBuffer.wrap(bytes).getInt(at) & 0xffff_ffffL;
    }
}
