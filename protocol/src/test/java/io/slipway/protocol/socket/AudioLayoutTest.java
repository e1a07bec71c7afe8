package io.slipway.protocol.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AudioLayoutTest {

    private static final long SEED = Long.getLong("slipway.seed", 20260806L);

    @Test
    void goldenFrames() {
        byte[] opus = {1, 2, 3};

        assertThat(hex(AudioLayout.V1.frame(opus, 7))).isEqualTo("010203");
        assertThat(hex(AudioLayout.V2.frame(opus, 0x01020304L)))
                .isEqualTo("00020000" + "00000000" + "01020304" + "00000003" + "010203");
        assertThat(hex(AudioLayout.V3.frame(opus, 7))).isEqualTo("00000003" + "010203");
    }

    @Test
    void layoutOfAVersion() {
        assertThat(AudioLayout.of(1)).isEqualTo(AudioLayout.V1);
        assertThat(AudioLayout.of(2)).isEqualTo(AudioLayout.V2);
        assertThat(AudioLayout.of(3)).isEqualTo(AudioLayout.V3);
        for (int odd : new int[] {0, -1, 4, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertThat(AudioLayout.of(odd)).isEqualTo(AudioLayout.V1);
        }
        assertThat(AudioLayout.values()).allMatch(l -> AudioLayout.of(l.version()) == l);
    }

    @ParameterizedTest
    @EnumSource
    void everyPacketComesBack(AudioLayout layout) {
        var random = new Random(SEED);
        for (int i = 0; i < 3000; i++) {
            byte[] opus = bytes(random, i < 1500 ? i : random.nextInt(AudioLayout.MAX_PACKET + 1));
            long timestamp = random.nextLong() & 0xffff_ffffL;
            byte[] frame = layout.frame(opus, timestamp);

            assertThat(layout.safe(frame)).isTrue();
            assertThat(layout.read(frame))
                    .as("slipway.seed=%d, case %d", SEED, i)
                    .contains(new AudioFrame(layout == AudioLayout.V2 ? timestamp : 0, opus));
        }
        byte[] longest = new byte[AudioLayout.MAX_PACKET];
        assertThat(layout.read(layout.frame(longest, 0))).contains(new AudioFrame(0, longest));
        assertThatThrownBy(() -> layout.frame(new byte[AudioLayout.MAX_PACKET + 1], 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @EnumSource
    void everyTruncation(AudioLayout layout) {
        byte[] frame = layout.frame(bytes(new Random(SEED), 100), 5);
        for (int length = 0; length < frame.length; length++) {
            byte[] cut = Arrays.copyOf(frame, length);
            // A packet without a header has no length that could be wrong.
            assertThat(layout.safe(cut)).isEqualTo(layout == AudioLayout.V1);
            assertThat(layout.read(cut).isPresent()).isEqualTo(layout == AudioLayout.V1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whateverIsReadLiesWithinTheFrame(AudioLayout layout) {
        var random = new Random(SEED);
        for (int i = 0; i < 20_000; i++) {
            byte[] frame = hostile(random);
            Optional<AudioFrame> read = layout.read(frame);
            String where = "slipway.seed=" + SEED + ", case " + i;
            if (read.isPresent()) {
                assertThat(layout.safe(frame)).as(where).isTrue();
                assertThat(wouldRead(layout, frame)).as(where).isLessThanOrEqualTo(frame.length);
                byte[] opus = read.orElseThrow().opus();
                int header = header(layout);
                assertThat(opus)
                        .as(where)
                        .isEqualTo(Arrays.copyOfRange(frame, header, header + opus.length));
            }
            assertThat(layout.safe(frame))
                    .as(where)
                    .isEqualTo(wouldRead(layout, frame) <= frame.length);
        }
    }

    @Test
    void lengthsNoFrameHas() {
        for (int length : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 5, 1 << 16}) {
            byte[] frame = ByteBuffer.allocate(20).putShort((short) 2).putInt(12, length).array();
            assertThat(AudioLayout.V2.safe(frame)).isFalse();
            assertThat(AudioLayout.V2.read(frame)).isEmpty();
        }
        byte[] shorter = {0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 1, 42, 43};
        assertThat(AudioLayout.V2.read(shorter)).contains(new AudioFrame(9, new byte[] {42}));
        assertThat(AudioLayout.V3.read(new byte[] {0, 0, (byte) 0xff, (byte) 0xff, 1})).isEmpty();
        assertThat(AudioLayout.V3.read(new byte[] {0, 0, 0, 1, 42, 43}))
                .contains(new AudioFrame(0, new byte[] {42}));
    }

    @Test
    void anotherTypeIsNoAudioButSafe() {
        byte[] json2 = AudioLayout.V2.frame(new byte[] {1}, 0);
        json2[3] = 1;
        byte[] json3 = AudioLayout.V3.frame(new byte[] {1}, 0);
        json3[0] = 1;

        assertThat(AudioLayout.V2.read(json2)).isEmpty();
        assertThat(AudioLayout.V2.safe(json2)).isTrue();
        assertThat(AudioLayout.V3.read(json3)).isEmpty();
        assertThat(AudioLayout.V3.safe(json3)).isTrue();
    }

    @Test
    void paramsGuardThemselves() {
        for (int duration : new int[] {5, 10, 20, 40, 60, 80, 100, 120}) {
            assertThat(new AudioParams("opus", 24_000, 1, duration).frameDuration())
                    .isEqualTo(duration);
        }
        for (int duration : new int[] {0, -60, 30, 59, 121}) {
            assertThatThrownBy(() -> new AudioParams("opus", 24_000, 1, duration))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(new AudioParams("pcm", 22_050, 1, 60).pcm()).isTrue();
        for (var params : new String[] {"pcm 7999", "pcm 48001", "mp3 24000", "Opus 24000"}) {
            String[] part = params.split(" ");
            assertThatThrownBy(() -> new AudioParams(part[0], Integer.parseInt(part[1]), 1, 60))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> new AudioParams("opus", 44_100, 1, 60))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new AudioParams("opus", 24_000, 3, 60))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** How far a device reads into the frame, by firmware's arithmetic. */
    private static long wouldRead(AudioLayout layout, byte[] frame) {
        int header = header(layout);
        if (frame.length < header) {
            return header;
        }
        var in = ByteBuffer.wrap(frame);
        return switch (layout) {
            case V1 -> frame.length;
            case V2 -> header + Integer.toUnsignedLong(in.getInt(12));
            case V3 -> header + Short.toUnsignedInt(in.getShort(2));
        };
    }

    private static int header(AudioLayout layout) {
        return switch (layout) {
            case V1 -> 0;
            case V2 -> 16;
            case V3 -> 4;
        };
    }

    private static byte[] hostile(Random random) {
        byte[] frame = bytes(random, random.nextInt(80));
        var out = ByteBuffer.wrap(frame);
        if (frame.length >= 16 && random.nextBoolean()) {
            out.putShort(0, (short) 2).putShort(2, (short) random.nextInt(2));
            out.putInt(12, frame.length - 16 + random.nextInt(-3, 3));
        } else if (frame.length >= 4 && random.nextBoolean()) {
            out.put(0, (byte) random.nextInt(2));
            out.putShort(2, (short) (frame.length - 4 + random.nextInt(-3, 3)));
        }
        return frame;
    }

    private static byte[] bytes(Random random, int length) {
        byte[] out = new byte[length];
        random.nextBytes(out);
        return out;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
