package io.slipway.sound;

import io.github.jaredmdobson.concentus.OpusApplication;
import io.github.jaredmdobson.concentus.OpusBandwidth;
import io.github.jaredmdobson.concentus.OpusEncoder;
import io.github.jaredmdobson.concentus.OpusException;
import io.github.jaredmdobson.concentus.OpusMode;
import io.github.jaredmdobson.concentus.OpusSignal;

/** Opus encoders for speech: SILK alone, mono. */
final class SilkEncoder {

    /** In bytes: no Opus frame is longer, and no frame that old firmware can't hold is as short. */
    static final int LONGEST = 1_275;

    private SilkEncoder() {}

    /**
     * @param rate of the samples, a second: one that Opus knows
     * @param bits a second, on average
     */
    static OpusEncoder of(int rate, int bits) throws OpusException {
        OpusEncoder encoder = new OpusEncoder(rate, 1, OpusApplication.OPUS_APPLICATION_VOIP);
        encoder.setBitrate(bits);
        // What is above 8 kHz small speakers don't play, and in hybrid packets Concentus, which
        // clients use, too, loses the rest.
        encoder.setForceMode(OpusMode.MODE_SILK_ONLY);
        encoder.setBandwidth(
                rate == 8_000
                        ? OpusBandwidth.OPUS_BANDWIDTH_NARROWBAND
                        : rate == 12_000
                                ? OpusBandwidth.OPUS_BANDWIDTH_MEDIUMBAND
                                : OpusBandwidth.OPUS_BANDWIDTH_WIDEBAND);
        encoder.setSignalType(OpusSignal.OPUS_SIGNAL_VOICE);
        encoder.setUseVBR(true);
        return encoder;
    }
}
