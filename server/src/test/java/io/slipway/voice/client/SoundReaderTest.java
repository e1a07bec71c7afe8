package io.slipway.voice.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.slipway.sound.Recording;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SoundReaderTest {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

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

    /** Each piece costs what is in it, however long the head before the sound was. */
    @Test
    void aLongHeadIsNotReadAgainWithEachPiece() throws Exception {
        byte[] wave = TestSound.wave(new short[20_000], 16_000);
        int empty = 7_000;
        byte[] file = new byte[wave.length + 8 * empty];
        System.arraycopy(wave, 0, file, 0, 36);
        for (int i = 0; i < empty; i++) {
            file[36 + 8 * i] = 'x';
        }
        System.arraycopy(wave, 36, file, 36 + 8 * empty, wave.length - 36);
        var reader = new SoundReader(0);
        int samples = 0;
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int at = 0; at < file.length; at += 2) {
            samples +=
                    reader.read(Arrays.copyOfRange(file, at, at + 2))
                            .map(part -> part.samples().length)
                            .orElse(0);
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertThat(samples).isEqualTo(20_000);
        assertThat(allocated).isLessThan(60_000_000);
    }

    @Test
    void compressedSoundWithoutATagIsNotTakenForSamples() throws Exception {
        for (int second : new int[] {0xfb, 0xfa, 0xf3, 0xf2, 0xe3, 0xf1, 0xf9}) {
            byte[] frame = {(byte) 0xff, (byte) second, (byte) 0x90, 0x40, 0, 0};
            assertThatThrownBy(() -> read(24_000, frame)).hasMessage("compressed sound");
        }
        byte[] webm = {0x1a, 0x45, (byte) 0xdf, (byte) 0xa3, 1, 2};
        assertThatThrownBy(() -> read(24_000, webm)).hasMessage("compressed sound");
        byte[] error = "{\"error\":1}".getBytes(US_ASCII);
        assertThatThrownBy(() -> read(24_000, error)).hasMessage("compressed sound");
        // Nearly silent samples.
        byte[] quiet = {(byte) 0xff, (byte) 0xff, (byte) 0xfe, (byte) 0xff};
        assertThat(TestSound.joined(read(24_000, quiet))).containsExactly(-1, -2);
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
