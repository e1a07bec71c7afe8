package io.slipway.sound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jaredmdobson.concentus.OpusDecoder;
import io.github.jaredmdobson.concentus.OpusException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecordingTest {

    private static final int[] RATES = {8_000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000};

    @Test
    void aToneStaysTheSameAtEveryRateAndNumberOfChannels() throws Exception {
        for (int rate : RATES) {
            for (int channels : new int[] {1, 2}) {
                byte[] file = Tones.wav(Tones.samples(1_000, rate, 0.5), rate, channels);
                Recording recording = Recording.read(file);
                assertThat(recording.rate()).isEqualTo(rate);
                assertThat(recording.millis()).isBetween(499L, 500L);
                short[] samples = recording.at(16_000).samples();
                assertThat(samples.length).isBetween(7_990, 8_000);
                assertThat(Tones.strength(samples, 16_000, 1_000)).isBetween(15_500.0, 16_500.0);
                assertThat(Tones.strength(samples, 16_000, 1_500)).isLessThan(200);
            }
        }
    }

    @Test
    void whatALowerRateCanNotCarryIsLeftOut() {
        var high = new Recording(48_000, Tones.samples(11_000, 48_000, 0.5));
        short[] samples = high.at(16_000).samples();
        // It would come back as a tone of 5 kHz.
        assertThat(Tones.strength(samples, 16_000, 5_000)).isLessThan(50);
    }

    @Test
    void theLoudestSoundDoesNotOverflow() {
        short[] square = new short[22_050];
        for (int i = 0; i < square.length; i++) {
            square[i] = i / 25 % 2 == 0 ? Short.MAX_VALUE : Short.MIN_VALUE;
        }
        short[] samples = new Recording(22_050, square).at(16_000).samples();
        assertThat(Tones.strength(samples, 16_000, 441)).isGreaterThan(30_000);
    }

    @Test
    void speechBecomesPacketsOfOneKindThatSoundTheSame() throws OpusException {
        var recording = new Recording(44_100, Tones.samples(440, 44_100, 0.99));
        List<byte[]> packets = SpeechPackets.of(recording);
        assertThat(packets).hasSize(50);
        // SILK, wideband, 20 ms, mono, one frame.
        assertThat(packets).allMatch(packet -> packet[0] == 0x48 && packet.length < 200);
        short[] all = new short[50 * 320];
        var decoder = new OpusDecoder(16_000, 1);
        for (int i = 0; i < 50; i++) {
            byte[] packet = packets.get(i);
            decoder.decode(packet, 0, packet.length, all, i * 320, 320, false);
        }
        assertThat(Tones.strength(all, 16_000, 440)).isGreaterThan(10_000);
    }

    @Test
    void otherFilesAreRefusedInWords() {
        byte[] file = Tones.wav(Tones.samples(440, 16_000, 0.1), 16_000, 1);
        refused("ID3 an MP3 file, perhaps".getBytes(StandardCharsets.UTF_8), "is not a WAV file");
        refused(Arrays.copyOf(file, 11), "is not a WAV file");
        refused(Arrays.copyOf(file, 40), "has no sound in it");
        refused(with(file, 20, 3), "is not 16-bit PCM");
        refused(with(file, 34, 8), "is not 16-bit PCM");
        refused(with(file, 22, 0), "has 0 channels; 1 to 8 fit");
        refused(with(file, 25, 0), "has 128 samples a second; 8000 to 48000 fit");
        refused(with(file, 27, 0xff), "samples a second; 8000 to 48000 fit");
    }

    private static byte[] with(byte[] file, int at, int value) {
        byte[] other = file.clone();
        other[at] = (byte) value;
        return other;
    }

    private static void refused(byte[] file, String why) {
        assertThatThrownBy(() -> Recording.read(file))
                .isInstanceOfSatisfying(
                        UnreadableSound.class, e -> assertThat(e.why()).endsWith(why));
    }

    @Test
    void aFileThatWasWrittenToAPipeIsReadToItsEnd() throws Exception {
        byte[] file = Tones.wav(Tones.samples(440, 16_000, 0.1), 16_000, 1);
        Arrays.fill(file, 40, 44, (byte) 0xff);
        assertThat(Recording.read(file).millis()).isEqualTo(100);
    }

    @Test
    void noFileDoesWorseThanBeRefused() {
        var random = new Random(7);
        byte[] file = Tones.wav(Tones.samples(440, 16_000, 0.01), 16_000, 2);
        int read = 0;
        for (int i = 0; i < 100_000; i++) {
            byte[] other = Arrays.copyOf(file, random.nextInt(file.length + 20));
            for (int change = random.nextInt(4); change > 0 && other.length > 12; change--) {
                other[12 + random.nextInt(other.length - 12)] = (byte) random.nextInt();
            }
            try {
                Recording recording = Recording.read(other);
                assertThat(recording.samples().length).isLessThanOrEqualTo(other.length / 2);
                read++;
            } catch (UnreadableSound e) {
                assertThat(e.why()).isNotEmpty();
            }
        }
        assertThat(read).isBetween(1_000, 99_000);
    }
}
