package io.slipway.sound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jaredmdobson.concentus.OpusDecoder;
import io.github.jaredmdobson.concentus.OpusException;
import io.slipway.Effort;
import io.slipway.protocol.socket.AudioParams;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpeechEncoderTest {

    private static final int[] RATES = {8_000, 12_000, 16_000, 24_000, 48_000};
    private static final int[] SYNTHESISED = {8_000, 16_000, 22_050, 24_000, 44_100, 48_000};

    private static AudioParams opus(int rate, int frameMs) {
        return new AudioParams(AudioParams.OPUS, rate, 1, frameMs);
    }

    private static List<byte[]> whole(AudioParams wanted, short[] samples, int rate) {
        var encoder = new SpeechEncoder(wanted);
        var packets = new ArrayList<>(encoder.encode(samples, rate));
        packets.addAll(encoder.flush());
        return packets;
    }

    private static short[] decoded(List<byte[]> packets, AudioParams played) throws OpusException {
        var decoder = new OpusDecoder(played.sampleRate(), 1);
        int each = played.sampleRate() * played.frameDuration() / 1_000;
        short[] all = new short[packets.size() * each];
        for (int i = 0; i < packets.size(); i++) {
            byte[] packet = packets.get(i);
            int count = decoder.decode(packet, 0, packet.length, all, i * each, each, false);
            assertThat(count).isEqualTo(each);
        }
        return all;
    }

    @Test
    void speechOfAnyRateBecomesPacketsOfTheWantedKind() throws OpusException {
        for (int rate : RATES) {
            for (int frameMs : new int[] {20, 40, 60}) {
                for (int synthesised : SYNTHESISED) {
                    AudioParams wanted = opus(rate, frameMs);
                    short[] tone = Tones.samples(600, synthesised, 0.6);
                    List<byte[]> packets = whole(wanted, tone, synthesised);
                    assertThat(packets.size()).isBetween(600 / frameMs, 600 / frameMs + 1);
                    // Firmware up to 1.7.7 takes frames below 2,048 bytes with their header.
                    assertThat(packets).allMatch(packet -> packet.length < 1_276);
                    short[] heard = decoded(packets, wanted);
                    short[] middle = Arrays.copyOfRange(heard, rate / 10, rate / 2);
                    assertThat(Tones.strength(middle, rate, 600))
                            .as(synthesised + " for " + wanted)
                            .isBetween(13_000.0, 18_000.0);
                }
            }
        }
    }

    @Test
    void inPiecesItIsTheSameAsAtOnce() {
        var random = new Random(5);
        for (int i = 0; i < Effort.of(30, 500); i++) {
            int rate = SYNTHESISED[random.nextInt(SYNTHESISED.length)];
            short[] tone = Tones.samples(300 + random.nextInt(2_000), rate, 0.5);
            boolean pcm = random.nextInt(3) == 0;
            AudioParams wanted =
                    pcm
                            ? new AudioParams(AudioParams.PCM, 22_050, 2, 100)
                            : opus(RATES[random.nextInt(5)], 20 * (1 + random.nextInt(3)));
            var encoder = new SpeechEncoder(wanted);
            var packets = new ArrayList<byte[]>();
            for (int at = 0; at < tone.length; ) {
                int end = Math.min(tone.length, at + random.nextInt(4_000));
                packets.addAll(encoder.encode(Arrays.copyOfRange(tone, at, end), rate));
                at = end;
            }
            packets.addAll(encoder.flush());
            assertThat(packets.toArray(byte[][]::new))
                    .isDeepEqualTo(whole(wanted, tone, rate).toArray(byte[][]::new));
            assertThat(encoder.flush()).isEmpty();
        }
    }

    @Test
    void theLastSoundIsNotCutOff() throws OpusException {
        // It ends where a packet would end, but for what the encoder holds back.
        short[] samples = new short[24_000 * 6 / 10];
        short[] tone = Tones.samples(1_000, 24_000, 0.006);
        System.arraycopy(tone, 0, samples, samples.length - tone.length, tone.length);
        short[] heard = decoded(whole(opus(24_000, 60), samples, 24_000), opus(24_000, 60));
        short[] end = Arrays.copyOfRange(heard, samples.length, samples.length + 156);
        assertThat(Tones.strength(end, 24_000, 1_000)).isGreaterThan(3_000);
    }

    @Test
    void sentencesOfDifferentRatesFollowEachOther() throws OpusException {
        var encoder = new SpeechEncoder(opus(16_000, 60));
        var packets = new ArrayList<byte[]>();
        packets.addAll(encoder.encode(Tones.samples(500, 24_000, 0.5), 24_000));
        packets.addAll(encoder.encode(Tones.samples(800, 8_000, 0.5), 8_000));
        packets.addAll(encoder.flush());
        packets.addAll(encoder.encode(Tones.samples(1_100, 16_000, 0.5), 16_000));
        packets.addAll(encoder.flush());
        short[] heard = decoded(packets, opus(16_000, 60));
        assertThat(strength(heard, 0.1, 500)).isGreaterThan(12_000);
        assertThat(strength(heard, 0.6, 800)).isGreaterThan(12_000);
        assertThat(strength(heard, 1.15, 1_100)).isGreaterThan(12_000);
    }

    private static double strength(short[] samples, double second, double hertz) {
        int from = (int) (16_000 * second);
        return Tones.strength(Arrays.copyOfRange(samples, from, from + 4_800), 16_000, hertz);
    }

    @Test
    void pcmIsOfTheDevicesRateAndChannels() {
        for (int rate : new int[] {8_000, 16_000, 22_050, 48_000}) {
            for (int channels = 1; channels <= 2; channels++) {
                var wanted = new AudioParams(AudioParams.PCM, rate, channels, 20);
                List<byte[]> packets = whole(wanted, Tones.samples(600, 24_000, 0.5), 24_000);
                int each = rate * 20 / 1_000;
                assertThat(packets).hasSizeBetween(25, 26);
                short[] heard = new short[25 * each];
                for (int i = 0; i < heard.length; i++) {
                    byte[] packet = packets.get(i / each);
                    assertThat(packet).hasSize(2 * channels * each);
                    var samples = ByteBuffer.wrap(packet).order(ByteOrder.LITTLE_ENDIAN);
                    for (int channel = 0; channel < channels; channel++) {
                        heard[i] = samples.getShort(2 * (i % each * channels + channel));
                    }
                }
                short[] middle = Arrays.copyOfRange(heard, rate / 10, rate * 4 / 10);
                assertThat(Tones.strength(middle, rate, 600)).isBetween(15_800.0, 16_200.0);
            }
        }
    }

    @Test
    void nothingBecomesNothing() {
        var encoder = new SpeechEncoder(opus(24_000, 60));
        assertThat(encoder.flush()).isEmpty();
        assertThat(encoder.encode(new short[0], 8_000)).isEmpty();
        assertThat(encoder.flush()).isEmpty();
    }

    @Test
    void whatNobodyPlaysIsRefused() {
        assertThatThrownBy(() -> new SpeechEncoder(opus(16_000, 100)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Opus of 100 ms");
        var encoder = new SpeechEncoder(opus(16_000, 20));
        for (int rate : new int[] {0, 7_999, 48_001, -1}) {
            assertThatThrownBy(() -> encoder.encode(new short[1], rate))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(rate + " samples a second");
        }
    }
}
