package io.slipway.bench.speech;

import io.slipway.protocol.socket.AudioParams;
import io.slipway.sound.SpeechDecoder;
import io.slipway.sound.SpeechEncoder;
import io.slipway.sound.VoiceActivity;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What a talking session computes; each handles the same 10 s of sound. */
enum SpeechWork {
    /** What a device sends. */
    DECODE("decode, 16 kHz, 60 ms") {
        @Override
        int run() {
            return decoded(AudioParams.UPLINK, SENT);
        }
    },
    DECODE_PCM("decode PCM, 48 kHz, 60 ms") {
        @Override
        int run() {
            return decoded(PCM, SENT_PCM);
        }
    },
    ACTIVITY("voice activity") {
        @Override
        int run() {
            var activity = new VoiceActivity(700);
            int changes = 0;
            for (int i = 0; i < HEARD.size(); i++) {
                changes += activity.heard(HEARD.get(i), 60L * i).size();
            }
            return changes;
        }
    },
    ENCODE_16("encode, 16 kHz, 60 ms") {
        @Override
        int run() {
            return encoded(AudioParams.UPLINK, HEARD, 16_000);
        }
    },
    ENCODE_24("encode, 24 kHz, 60 ms") {
        @Override
        int run() {
            return encoded(AudioParams.DOWNLINK, SYNTHESISED, 24_000);
        }
    },
    /** The rate of what is synthesised is changed first. */
    ENCODE_44("encode 44.1 kHz for 24 kHz, 60 ms") {
        @Override
        int run() {
            return encoded(AudioParams.DOWNLINK, SYNTHESISED_44, 44_100);
        }
    };

    static final int SECONDS = 10;

    private static final AudioParams PCM = new AudioParams(AudioParams.PCM, 48_000, 1, 60);
    private static final List<short[]> HEARD = pieces(16_000);
    private static final List<short[]> SYNTHESISED = pieces(24_000);
    private static final List<short[]> SYNTHESISED_44 = pieces(44_100);
    private static final List<byte[]> SENT = sent();
    private static final List<byte[]> SENT_PCM =
            pieces(48_000).stream().map(SpeechWork::raw).toList();

    private final String title;

    SpeechWork(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** Once; returns a number that depends on all of it. */
    abstract int run();

    private static int decoded(AudioParams params, List<byte[]> packets) {
        var decoder = new SpeechDecoder(params);
        int sum = 0;
        for (byte[] packet : packets) {
            short[] samples = decoder.decode(packet);
            sum += samples.length + samples[samples.length / 2];
        }
        return sum;
    }

    private static int encoded(AudioParams params, List<short[]> pieces, int rate) {
        var encoder = new SpeechEncoder(params);
        int bytes = 0;
        for (short[] piece : pieces) {
            bytes += bytes(encoder.encode(piece, rate));
        }
        return bytes + bytes(encoder.flush());
    }

    private static int bytes(List<byte[]> packets) {
        return packets.stream().mapToInt(packet -> packet.length).sum();
    }

    private static List<byte[]> sent() {
        var encoder = new SpeechEncoder(AudioParams.UPLINK);
        var packets = new ArrayList<byte[]>();
        HEARD.forEach(piece -> packets.addAll(encoder.encode(piece, 16_000)));
        return packets;
    }

    private static byte[] raw(short[] samples) {
        ByteBuffer out = ByteBuffer.allocate(2 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
        out.asShortBuffer().put(samples);
        return out.array();
    }

    /** A voice that rises and falls, with syllables, breath, and pauses; in pieces of 60 ms. */
    private static List<short[]> pieces(int rate) {
        var random = new Random(1);
        var pieces = new ArrayList<short[]>();
        double phase = 0;
        int at = 0;
        for (int piece = 0; piece < SECONDS * 1_000 / 60; piece++) {
            short[] samples = new short[rate * 60 / 1_000];
            for (int i = 0; i < samples.length; i++) {
                double second = (double) at++ / rate;
                double hertz = 130 + 30 * Math.sin(2 * Math.PI * 0.7 * second);
                phase += 2 * Math.PI * hertz / rate;
                double syllable = Math.max(0, Math.sin(2 * Math.PI * 3 * second));
                double loudness = second % 2.5 < 2 ? syllable : 0;
                double voice = 0.05 * random.nextGaussian();
                for (int harmonic = 1; harmonic <= 24; harmonic++) {
                    voice += Math.sin(harmonic * phase) / harmonic;
                }
                samples[i] = (short) Math.round(6_000 * loudness * voice);
            }
            pieces.add(samples);
        }
        return List.copyOf(pieces);
    }
}
