package io.slipway.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.protocol.socket.AudioParams;
import io.slipway.sound.Noise;
import io.slipway.sound.SpeechDecoder;
import io.slipway.sound.VoiceActivity;
import io.slipway.sound.VoiceChange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Voice activity, with the shipped sentences in nine languages. */
class VoiceActivityTest {

    private static final int RATE = SpeechDecoder.RATE;
    private static final int PATIENCE = 700;

    /** Before each utterance, and after it, in samples. */
    private static final int LEAD = RATE;

    private static final int TAIL = 3 * RATE / 2;

    /** A sentence without noise, and where there is speech in it. */
    record Utterance(String name, short[] samples, int begin, int end, double strength) {}

    /** A change, and when. */
    record Heard(VoiceChange change, long ms) {}

    /**
     * How many of a number of utterances were not heard at all, heard as several, or ended before
     * they did, and how late the others were noticed, and ended beyond the patience, at most.
     */
    record Row(int utterances, int misses, int cuts, long latestBegin, long latestEnd) {}

    static List<Utterance> utterances() {
        var all = new ArrayList<Utterance>();
        SpokenNotices voice = SpokenNotices.load();
        for (String tag : SpokenNotices.tags()) {
            for (Notice notice : List.of(Notice.UNBOUND, Notice.ENDED, Notice.TRY_LATER)) {
                List<byte[]> packets = voice.language(tag).clip(notice.key()).packets();
                all.add(utterance(tag + " " + notice, packets));
            }
        }
        return all;
    }

    private static Utterance utterance(String name, List<byte[]> packets) {
        var decoder = new SpeechDecoder(new AudioParams(AudioParams.OPUS, 16_000, 1, 20));
        var samples = new short[packets.size() * RATE / 50];
        int at = 0;
        for (byte[] packet : packets) {
            short[] decoded = decoder.decode(packet);
            System.arraycopy(decoded, 0, samples, at, decoded.length);
            at += decoded.length;
        }
        double loudest = 0;
        for (int i = 0; i < samples.length; i += 320) {
            loudest = Math.max(loudest, strength(samples, i, i + 320));
        }
        // 30 dB below the loudest is the end of a word.
        int begin = samples.length;
        int end = 0;
        for (int i = 0; i < samples.length; i += 320) {
            if (strength(samples, i, i + 320) > loudest / 30) {
                begin = Math.min(begin, i);
                end = i + 320;
            }
        }
        return new Utterance(name, samples, begin, end, strength(samples, begin, end));
    }

    private static double strength(short[] samples, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += (double) samples[i] * samples[i];
        }
        return Math.sqrt(sum / (to - from));
    }

    private static short[] mixed(Utterance utterance, Noise noise, double decibels, long seed) {
        int count = LEAD + utterance.samples().length + TAIL;
        double strength = utterance.strength() / Math.pow(10, decibels / 20);
        double[] sound = noise.samples(count, strength, seed);
        short[] out = new short[count];
        for (int i = 0; i < count; i++) {
            int at = i - LEAD;
            double voice = at >= 0 && at < utterance.samples().length ? utterance.samples()[at] : 0;
            out[i] = (short) Math.clamp(Math.round(sound[i] + voice), -32_768, 32_767);
        }
        return out;
    }

    private static List<Heard> heard(VoiceActivity activity, short[] samples, int packet) {
        var all = new ArrayList<Heard>();
        for (int at = 0; at < samples.length; at += packet) {
            int end = Math.min(samples.length, at + packet);
            long now = end * 1_000L / RATE;
            for (VoiceChange change : activity.heard(Arrays.copyOfRange(samples, at, end), now)) {
                all.add(new Heard(change, now));
            }
        }
        return all;
    }

    static Row row(List<Utterance> utterances, Noise noise, double decibels) {
        int misses = 0;
        int cuts = 0;
        long latestBegin = 0;
        long latestEnd = 0;
        for (Utterance each : utterances) {
            short[] sound = mixed(each, noise, decibels, each.name().hashCode());
            List<Heard> heard = heard(new VoiceActivity(PATIENCE), sound, 960);
            long begin = (LEAD + each.begin()) * 1_000L / RATE;
            long end = (LEAD + each.end()) * 1_000L / RATE;
            if (heard.isEmpty() || heard.getFirst().ms() > end) {
                misses++;
                continue;
            }
            latestBegin = Math.max(latestBegin, heard.getFirst().ms() - begin);
            boolean whole = heard.size() == 2 && heard.get(1).ms() >= end;
            if (!whole) {
                cuts++;
            } else {
                latestEnd = Math.max(latestEnd, heard.get(1).ms() - end - PATIENCE);
            }
        }
        return new Row(utterances.size(), misses, cuts, latestBegin, latestEnd);
    }

    /**
     * A table of what is cut and missed of 27 sentences, of which one has a gap that is longer than
     * the patience.
     */
    @Test
    void speechIsHeardInNoise() {
        List<Utterance> all = utterances();
        assertThat(all).hasSize(27);
        Map<Noise, double[]> decibels = new EnumMap<>(Noise.class);
        decibels.put(Noise.NONE, new double[] {0});
        decibels.put(Noise.WHITE, new double[] {20, 10});
        decibels.put(Noise.PINK, new double[] {20, 10, 5});
        decibels.put(Noise.HUM, new double[] {20, 10, 5, 3});
        decibels.put(Noise.CLICKS, new double[] {20, 10});
        decibels.forEach((noise, levels) -> {
            for (double level : levels) {
                Row row = row(all, noise, level);
                String what = noise + " at " + level + " dB: " + row;
                assertThat(row.misses()).as(what).isZero();
                assertThat(row.cuts()).as(what).isLessThanOrEqualTo(1);
                assertThat(row.latestBegin())
                        .as(what)
                        .isLessThanOrEqualTo(level < 10 && noise != Noise.NONE ? 1_000 : 500);
                // Three clicks in a row are a word.
                boolean clicks = noise == Noise.CLICKS && level < 20;
                assertThat(row.latestEnd()).as(what).isLessThanOrEqualTo(clicks ? 900 : 100);
            }
        });
    }

    @Test
    void inNoiseAsLoudAsSpeechHalfOfItIsStillHeardAsOne() {
        List<Utterance> all = utterances();
        for (Noise noise : List.of(Noise.WHITE, Noise.PINK, Noise.HUM)) {
            Row row = row(all, noise, 0);
            assertThat(row.misses()).as(noise.name()).isZero();
            assertThat(row.cuts()).as(noise.name()).isLessThan(14);
        }
    }

    @Test
    void steadyNoiseIsNotSpeech() {
        for (Noise noise : Noise.values()) {
            for (double strength : new double[] {30, 100, 300, 1_000, 3_000, 8_000}) {
                short[] sound = alone(noise, strength, 20);
                assertThat(heard(new VoiceActivity(PATIENCE), sound, 960))
                        .as(noise + " of " + strength)
                        .isEmpty();
            }
        }
    }

    private static short[] alone(Noise noise, double strength, int seconds) {
        double[] sound = noise.samples(seconds * RATE, strength, 9);
        short[] samples = new short[sound.length];
        for (int i = 0; i < sound.length; i++) {
            samples[i] = (short) Math.clamp(Math.round(sound[i]), -32_768, 32_767);
        }
        return samples;
    }

    @Test
    void aFanThatIsSwitchedOnIsSpeechForAWhileOnly() {
        short[] sound = alone(Noise.PINK, 1_000, 23);
        Arrays.fill(sound, 0, 3 * RATE, (short) 0);
        List<Heard> heard = heard(new VoiceActivity(PATIENCE), sound, 960);
        assertThat(heard.stream().map(Heard::change))
                .containsExactly(VoiceChange.STARTED, VoiceChange.ENDED);
        assertThat(heard.getLast().ms()).isBetween(5_000L, 7_000L);
    }

    @Test
    void howTheSoundIsCutIntoPacketsDoesNotMatter() {
        short[] sound = mixed(utterances().getFirst(), Noise.PINK, 15, 1);
        List<Heard> frames = heard(new VoiceActivity(PATIENCE), sound, 320);
        for (int packet : new int[] {80, 500, 640, 960, 1_920}) {
            List<Heard> heard = heard(new VoiceActivity(PATIENCE), sound, packet);
            assertThat(heard.stream().map(Heard::change).toList())
                    .isEqualTo(frames.stream().map(Heard::change).toList());
            for (int i = 0; i < heard.size(); i++) {
                assertThat(heard.get(i).ms() - frames.get(i).ms()).isBetween(-20L, 120L);
            }
        }
    }

    @Test
    void timeWithoutPacketsIsSilence() {
        Utterance speech = utterances().getFirst();
        short[] voice = Arrays.copyOfRange(speech.samples(), speech.begin(), speech.begin() + RATE);
        var activity = new VoiceActivity(PATIENCE);
        assertThat(activity.endsMs()).isEqualTo(Long.MAX_VALUE);
        assertThat(activity.passed(5_000)).isEmpty();
        assertThat(activity.heard(voice, 10_000)).containsExactly(VoiceChange.STARTED);
        long ends = activity.endsMs();
        assertThat(ends).isBetween(10_400L, 10_700L);
        assertThat(activity.passed(ends - 1)).isEmpty();
        assertThat(activity.passed(ends)).containsExactly(VoiceChange.ENDED);
        assertThat(activity.passed(ends + 1)).isEmpty();
        assertThat(activity.endsMs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aWordAfterTimeWithoutPacketsIsAnotherTurn() {
        Utterance speech = utterances().getFirst();
        short[] voice = Arrays.copyOfRange(speech.samples(), speech.begin(), speech.begin() + RATE);
        var activity = new VoiceActivity(PATIENCE);
        assertThat(activity.heard(voice, 1_000)).containsExactly(VoiceChange.STARTED);
        assertThat(activity.heard(voice, 2_400)).as("400 ms are a pause").isEmpty();
        assertThat(activity.heard(voice, 5_000))
                .containsExactly(VoiceChange.ENDED, VoiceChange.STARTED);
    }

    @Test
    void packetsThatCameLateAllAtOnceAreNoPause() {
        Utterance speech = utterances().getFirst();
        var activity = new VoiceActivity(PATIENCE);
        var changes = new ArrayList<VoiceChange>();
        for (int i = 0; i < 60; i++) {
            int at = speech.begin() + i * 960;
            short[] packet = Arrays.copyOfRange(speech.samples(), at, at + 960);
            // The network holds up those of each second of time for 300 ms.
            long now = Math.max(60L * i + 60, (60L * i) / 1_000 * 1_000 + 300);
            changes.addAll(activity.heard(packet, now));
        }
        assertThat(changes).containsExactly(VoiceChange.STARTED);
    }

    @Test
    void clicksDoNotProlongSpeech() {
        Utterance speech = utterances().getFirst();
        short[] voice = Arrays.copyOfRange(speech.samples(), speech.begin(), speech.begin() + RATE);
        short[] sound = Arrays.copyOf(voice, 4 * RATE);
        for (int at = RATE; at < sound.length; at += RATE / 5) {
            Arrays.fill(sound, at, at + 160, (short) 20_000);
        }
        List<Heard> heard = heard(new VoiceActivity(PATIENCE), sound, 960);
        assertThat(heard.stream().map(Heard::change))
                .containsExactly(VoiceChange.STARTED, VoiceChange.ENDED);
        assertThat(heard.getLast().ms()).isLessThan(2_000);
    }

    @Test
    void aNewTurnKnowsTheNoise() {
        short[] sound = mixed(utterances().getFirst(), Noise.WHITE, 15, 2);
        var activity = new VoiceActivity(PATIENCE);
        short[] begun = Arrays.copyOf(sound, 3 * RATE);
        assertThat(heard(activity, begun, 960))
                .extracting(Heard::change)
                .containsExactly(VoiceChange.STARTED);
        activity.restart();
        assertThat(activity.endsMs()).isEqualTo(Long.MAX_VALUE);
        short[] noise = Arrays.copyOfRange(sound, sound.length - RATE, sound.length);
        assertThat(activity.heard(noise, 4_000)).isEmpty();
    }

    @Test
    void aPatienceThatNobodyHasIsRefused() {
        for (int patience : new int[] {-1, 0, 199, 10_001}) {
            assertThatThrownBy(() -> new VoiceActivity(patience))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
