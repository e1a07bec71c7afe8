package io.slipway.voice.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.sound.Recording;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SoundReaderTest {

    private static List<Recording> read(int rate, byte[] sound, int... cuts) throws UnusableAnswer {
        var reader = new SoundReader(rate);
        var parts = new ArrayList<Recording>();
        int from = 0;
        for (int cut : cuts) {
            reader.read(Arrays.copyOfRange(sound, from, cut)).ifPresent(parts::add);
            from = cut;
        }
        reader.read(Arrays.copyOfRange(sound, from, sound.length)).ifPresent(parts::add);
        reader.end();
        return parts;
    }

    /** WAV files of all kinds and bare samples, cut anywhere, give the same sound. */
    @Test
    void tcpMayCutAnywhere() throws Exception {
        for (long seed = 0; seed < 400; seed++) {
            var random = new Random(seed);
            short[] samples = TestSound.samples(2 + random.nextInt(500), seed);
            boolean bare = random.nextBoolean();
            int[] lengths = {2 * samples.length, 0, -1, 0x7ffff000};
            int extra = random.nextInt(60) - 20;
            byte[] sound =
                    bare
                            ? TestSound.bytes(samples)
                            : TestSound.wave(samples, 22_050, 1, lengths[random.nextInt(4)], extra);
            int[] cuts = random.ints(random.nextInt(30), 0, sound.length + 1).sorted().toArray();
            List<Recording> parts = read(24_000, sound, cuts);
            assertThat(TestSound.joined(parts)).as("seed %d", seed).isEqualTo(samples);
            assertThat(parts).allMatch(part -> part.rate() == (bare ? 24_000 : 22_050));
            assertThat(parts).allMatch(part -> part.samples().length > 0);
        }
    }

    @Test
    void channelsAreMixedAndWhatFollowsTheSoundIsIgnored() throws Exception {
        short[] both = {100, 300, -7, -9, 32_767, 32_767};
        byte[] stereo = TestSound.wave(both, 8_000, 2, 2 * both.length, -1);
        byte[] longer = Arrays.copyOf(stereo, stereo.length + 33);
        for (int cut = 0; cut < longer.length; cut++) {
            assertThat(TestSound.joined(read(0, longer, cut))).containsExactly(200, -8, 32_767);
        }
        // Half a sample at the end is none.
        assertThat(TestSound.joined(read(16_000, new byte[] {1, 0, 2, 0, 3})))
                .containsExactly(1, 2);
        assertThat(read(0, TestSound.wave(new short[0], 16_000))).isEmpty();
    }

    @Test
    void anythingElseIsRefused() {
        byte[] mp3 = "ID3 and so on".getBytes(US_ASCII);
        assertThatThrownBy(() -> read(24_000, mp3)).hasMessage("compressed sound");
        assertThatThrownBy(() -> read(0, mp3)).hasMessage("no WAV file");
        assertThatThrownBy(() -> read(24_000, new byte[0])).hasMessage("no sound");
        byte[] wave = TestSound.wave(new short[9], 16_000);
        for (int length = 0; length < 44; length++) {
            byte[] part = Arrays.copyOf(wave, length);
            assertThatThrownBy(() -> read(0, part)).isInstanceOf(UnusableAnswer.class);
        }
        byte[] eightBits = wave.clone();
        eightBits[34] = 8;
        assertThatThrownBy(() -> read(0, eightBits)).hasMessageContaining("is not 16-bit PCM");
        byte[] fast = TestSound.wave(new short[9], 96_000);
        assertThatThrownBy(() -> read(0, fast)).hasMessageContaining("96000 samples");
        byte[] other = wave.clone();
        other[8] = 'X';
        assertThatThrownBy(() -> read(0, other)).hasMessageContaining("is not a WAV file");
        // Chunks without an end, and one that is said to be endless.
        byte[] endless = TestSound.wave(new short[9], 16_000, 1, 18, 70_000);
        assertThatThrownBy(() -> read(0, endless)).hasMessageContaining("without sound");
        byte[] chunks = new byte[70_000];
        System.arraycopy(wave, 0, chunks, 0, 36);
        assertThatThrownBy(() -> read(0, chunks)).hasMessageContaining("without sound");
    }
}
