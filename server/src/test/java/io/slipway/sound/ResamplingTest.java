package io.slipway.sound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.slipway.Effort;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ResamplingTest {

    private static final int[] RATES = {
        8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000
    };

    @Test
    void inPiecesItIsTheSameAsAtOnce() {
        var random = new Random(11);
        for (int i = 0; i < Effort.of(150, 3_000); i++) {
            int from = rate(random);
            int to = rate(random);
            short[] samples = new short[random.nextInt(20_000)];
            for (int j = 0; j < samples.length; j++) {
                samples[j] = (short) random.nextInt();
            }
            short[] whole = Resampling.of(samples, from, to);
            assertThat(whole).hasSize((int) ((long) samples.length * to / from));
            short[] pieces = inPieces(samples, new Resampling(from, to), random);
            assertThat(pieces).as(from + " to " + to).isEqualTo(whole);
        }
    }

    // Some that nobody has.
    private static int rate(Random random) {
        return random.nextInt(4) > 0
                ? RATES[random.nextInt(RATES.length)]
                : Recording.LOWEST_RATE
                        + random.nextInt(Recording.HIGHEST_RATE - Recording.LOWEST_RATE + 1);
    }

    private static short[] inPieces(short[] samples, Resampling resampling, Random random) {
        short[] all = new short[0];
        int most = 1 + random.nextInt(6_000);
        for (int at = 0; at < samples.length; ) {
            int end = Math.min(samples.length, at + random.nextInt(most + 1));
            all = joined(all, resampling.next(Arrays.copyOfRange(samples, at, end)));
            at = end;
        }
        return joined(all, resampling.rest());
    }

    private static short[] joined(short[] first, short[] second) {
        short[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    @Test
    void aToneIsTheSameAtTheSamePlaces() {
        for (int from : RATES) {
            for (int to : RATES) {
                short[] tone = Tones.samples(700, from, 0.3);
                short[] samples = Resampling.of(tone, from, to);
                short[] expected = Tones.samples(700, to, 0.3);
                for (int i = to / 100; i < samples.length - to / 100; i++) {
                    assertThat((int) samples[i])
                            .as(from + " to " + to + " at " + i)
                            .isCloseTo(expected[i], within(40));
                }
            }
        }
    }

    @Test
    void whatDoesNotChangeStaysAsItIs() {
        short[] constant = new short[5_000];
        Arrays.fill(constant, (short) 12_345);
        short[] samples = Resampling.of(constant, 44_100, 16_000);
        for (int i = 50; i < samples.length - 50; i++) {
            assertThat((int) samples[i]).isBetween(12_344, 12_346);
        }
    }
}
