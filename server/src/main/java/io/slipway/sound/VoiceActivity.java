package io.slipway.sound;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * When somebody begins to speak, and when he has ended: by the energy of what is between 200 Hz and
 * 3.4 kHz, compared with that of the noise around him.
 *
 * <p>The noise is the least that was heard within the last {@link #MEMORY_MS}: nobody speaks for so
 * long without a gap. So a fan that is switched on is taken for speech for that time, and then no
 * more. What is shorter than 100 ms, such as a click, neither begins speech nor prolongs it.
 *
 * <p>Devices don't necessarily send silence: the time without packets counts, too. It comes with
 * each call, as milliseconds of any clock that never goes back; there is no clock in here. The same
 * calls give the same answers. Takes less than 1 kB and never throws. Not thread-safe.
 */
public final class VoiceActivity {

    /**
     * Speech is mostly noticed within this time, in milliseconds, and later in loud noise: keep as
     * much of what was before it.
     */
    public static final int ONSET_MS = 500;

    static final int MEMORY_MS = 2_500;

    private static final int FRAME_MS = 20;
    private static final int FRAME = SpeechDecoder.RATE / 1_000 * FRAME_MS;

    /** The memory is renewed in parts. */
    private static final int PARTS = 5;

    private static final int PART_FRAMES = MEMORY_MS / FRAME_MS / PARTS;

    /** So much louder than noise must speech be, in dB, to begin, and to go on. */
    private static final double BEGINS = 7;

    private static final double GOES_ON = 4;

    /** Whatever is less loud is silence, in dB: a root mean square of 100, of 32,767. */
    private static final double FAINT = 40;

    /**
     * Before half a second has been heard, and where it is as uneven as this, the noise is not
     * taken to be louder than this, both in dB: somebody is speaking from the beginning.
     */
    private static final double PROBABLE = 50;

    private static final double UNEVEN = 8;
    private static final int FEW_FRAMES = 25;

    /** Speech begins with as many frames with voice, among as many. */
    private static final int BEGIN_VOICED = 6;

    private static final int BEGIN_FRAMES = 10;

    /** Speech goes on with as many frames with voice, among as many. */
    private static final int ON_VOICED = 3;

    private static final int ON_FRAMES = 5;

    /** Without packets for longer, in milliseconds, what was before does not belong to it. */
    private static final int GAP_MS = 200;

    private static final double NEVER = Double.POSITIVE_INFINITY;

    private final int patienceMs;
    private final SpeechBand band = new SpeechBand();
    private final double[] least = new double[PARTS];
    private int partFrames;
    private double before = NEVER;

    /** Of the first frames: how many they are, and the loudest one. */
    private int frames;

    private double loudest;

    private double energy;
    private int filled;

    /** The last frames, the newest in the lowest bit: whether there was voice. */
    private int voiced;

    private boolean speaking;

    /** Until when something was heard, and until when voice. */
    private long heardMs = Long.MIN_VALUE;

    private long voiceMs;

    /**
     * @param patienceMs so much silence ends speech: at least 200 ms, which are in words; people
     *     make gaps of 300 to 800 ms when they think
     * @throws IllegalArgumentException if it is less, or more than 10 s
     */
    public VoiceActivity(int patienceMs) {
        if (patienceMs < 200 || patienceMs > 10_000) {
            throw new IllegalArgumentException("a patience of " + patienceMs + " ms");
        }
        this.patienceMs = patienceMs;
        Arrays.fill(least, NEVER);
    }

    /**
     * What changed with the next piece of sound, in order; mostly nothing.
     *
     * @param samples any number, {@link SpeechDecoder#RATE} a second; not changed
     * @param nowMs when they came
     */
    public List<VoiceChange> heard(short[] samples, long nowMs) {
        long length = samples.length * 1_000L / SpeechDecoder.RATE;
        // What comes too early was late before. What comes late follows a time without packets.
        long expected = heardMs == Long.MIN_VALUE ? nowMs : heardMs + length;
        heardMs = Math.max(expected, nowMs);
        if (heardMs - expected > GAP_MS) {
            voiced = 0;
            filled = 0;
            energy = 0;
        }
        List<VoiceChange> changes = passed(heardMs - length);
        for (int i = 0; i < samples.length; i++) {
            double sample = band.next(samples[i]);
            energy += sample * sample;
            filled++;
            if (filled == FRAME) {
                long rest = (samples.length - 1L - i) * 1_000 / SpeechDecoder.RATE;
                changes = with(changes, frame(heardMs - rest));
                energy = 0;
                filled = 0;
            }
        }
        return changes;
    }

    private static List<VoiceChange> with(List<VoiceChange> before, List<VoiceChange> more) {
        if (before.isEmpty() || more.isEmpty()) {
            return before.isEmpty() ? more : before;
        }
        var all = new ArrayList<>(before);
        all.addAll(more);
        return all;
    }

    private List<VoiceChange> frame(long endMs) {
        double level = 10 * Math.log10(energy / FRAME + 1);
        double noise = noise(level);
        voiced = (voiced << 1) | (level > Math.max(FAINT, threshold(noise)) ? 1 : 0);
        if (among(ON_FRAMES) >= ON_VOICED && (voiced & 1) == 1) {
            voiceMs = endMs;
        }
        if (!speaking && among(BEGIN_FRAMES) >= BEGIN_VOICED) {
            speaking = true;
            voiceMs = endMs;
            return List.of(VoiceChange.STARTED);
        }
        return passed(endMs);
    }

    private double threshold(double noise) {
        return noise + (speaking ? GOES_ON : BEGINS);
    }

    private int among(int last) {
        return Integer.bitCount(voiced & ((1 << last) - 1));
    }

    private double noise(double level) {
        // Of two frames the louder one: a single frame of noise may be fainter than noise is.
        double lasting = before == NEVER ? level : Math.max(level, before);
        before = level;
        if (partFrames == PART_FRAMES) {
            System.arraycopy(least, 0, least, 1, PARTS - 1);
            least[0] = NEVER;
            partFrames = 0;
        }
        partFrames++;
        least[0] = Math.min(least[0], lasting);
        double noise = NEVER;
        for (double part : least) {
            noise = Math.min(noise, part);
        }
        if (frames == FEW_FRAMES) {
            return noise;
        }
        frames++;
        loudest = Math.max(loudest, level);
        return loudest - noise > UNEVEN ? Math.min(noise, PROBABLE) : noise;
    }

    /**
     * What changed by time alone, while no packets come.
     *
     * @param nowMs the time
     */
    public List<VoiceChange> passed(long nowMs) {
        if (!speaking || nowMs < endsMs()) {
            return List.of();
        }
        restart();
        return List.of(VoiceChange.ENDED);
    }

    /**
     * When speech ends if no more is heard: the time at which to call {@link #passed}; {@link
     * Long#MAX_VALUE} while nobody speaks.
     */
    public long endsMs() {
        return speaking ? voiceMs + patienceMs : Long.MAX_VALUE;
    }

    /** Forgets that somebody was speaking, but not the noise: for a new turn. */
    public void restart() {
        speaking = false;
        voiced = 0;
    }
}
