package io.slipway.sound;

import io.github.jaredmdobson.concentus.OpusApplication;
import io.github.jaredmdobson.concentus.OpusBandwidth;
import io.github.jaredmdobson.concentus.OpusEncoder;
import io.github.jaredmdobson.concentus.OpusException;
import io.github.jaredmdobson.concentus.OpusMode;
import io.github.jaredmdobson.concentus.OpusSignal;
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

    /** No Opus frame is longer. */
    private static final int LONGEST = 1_275;

    private SpeechPackets() {}

    /**
     * Encodes a recording: SILK, wideband, mono, {@link #PACKET_MS} each, one frame a packet. The
     * last one is filled with silence.
     */
    public static List<byte[]> of(Recording recording) {
        short[] samples = recording.at(RATE).samples();
        var packets = new ArrayList<byte[]>();
        byte[] out = new byte[LONGEST];
        try {
            OpusEncoder encoder = new OpusEncoder(RATE, 1, OpusApplication.OPUS_APPLICATION_VOIP);
            encoder.setBitrate(BITS_PER_SECOND);
            encoder.setForceMode(OpusMode.MODE_SILK_ONLY);
            encoder.setBandwidth(OpusBandwidth.OPUS_BANDWIDTH_WIDEBAND);
            encoder.setSignalType(OpusSignal.OPUS_SIGNAL_VOICE);
            encoder.setUseVBR(true);
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
