package io.slipway.sound;

import io.github.jaredmdobson.concentus.OpusEncoder;
import io.github.jaredmdobson.concentus.OpusException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Speech as Opus packets of one kind, which can be joined to longer ones. */
public final class SpeechPackets {

    /** Of the speech, in samples a second: as much as devices play. */
    public static final int RATE = 16_000;

    /** Of each packet, in milliseconds. */
    public static final int PACKET_MS = 20;

    private static final int SAMPLES = RATE / 1_000 * PACKET_MS;
    private static final int BITS_PER_SECOND = 20_000;

    private SpeechPackets() {}

    /**
     * Encodes a recording: SILK, wideband, mono, {@link #PACKET_MS} each, one frame a packet. The
     * last one is filled with silence.
     */
    public static List<byte[]> of(Recording recording) {
        short[] samples = recording.at(RATE).samples();
        var packets = new ArrayList<byte[]>();
        byte[] out = new byte[SilkEncoder.LONGEST];
        try {
            OpusEncoder encoder = SilkEncoder.of(RATE, BITS_PER_SECOND);
            for (int at = 0; at < samples.length; at += SAMPLES) {
                short[] frame = Arrays.copyOfRange(samples, at, at + SAMPLES);
                int length = encoder.encode(frame, 0, SAMPLES, out, 0, out.length);
                packets.add(Arrays.copyOf(out, length));
            }
        } catch (OpusException e) {
            throw new IllegalStateException(e);
        }
        return packets;
    }
}
