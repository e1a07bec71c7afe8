package io.slipway.sound;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jaredmdobson.concentus.OpusApplication;
import io.github.jaredmdobson.concentus.OpusEncoder;
import io.github.jaredmdobson.concentus.OpusException;
import io.slipway.Effort;
import io.slipway.protocol.socket.AudioLayout;
import io.slipway.protocol.socket.AudioParams;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpeechDecoderTest {

    private static final int[] RATES = {8_000, 12_000, 16_000, 24_000, 48_000};

    private static List<byte[]> packets(int rate, int channels, int frameMs, int bits)
            throws OpusException {
        short[] tone = Tones.samples(600, rate, 0.6);
        var encoder = new OpusEncoder(rate, channels, OpusApplication.OPUS_APPLICATION_VOIP);
        encoder.setBitrate(bits);
        encoder.setUseDTX(true);
        int count = rate * frameMs / 1_000;
        short[] frame = new short[count * channels];
        byte[] out = new byte[4_000];
        var packets = new ArrayList<byte[]>();
        for (int at = 0; at + count <= tone.length; at += count) {
            for (int i = 0; i < frame.length; i++) {
                frame[i] = tone[at + i / channels];
            }
            int length = encoder.encode(frame, 0, count, out, 0, out.length);
            packets.add(Arrays.copyOf(out, length));
        }
        return packets;
    }

    private static short[] all(SpeechDecoder decoder, List<byte[]> packets) {
        short[] all = new short[0];
        for (byte[] packet : packets) {
            short[] samples = decoder.decode(packet);
            all = Arrays.copyOf(all, all.length + samples.length);
            System.arraycopy(samples, 0, all, all.length - samples.length, samples.length);
        }
        return all;
    }

    /** Speech, and music: SILK, hybrid and CELT, one frame and several in a packet. */
    @Test
    void opusOfAnyKindIsDecoded() throws OpusException {
        for (int rate : RATES) {
            for (int channels = 1; channels <= 2; channels++) {
                for (int frameMs : new int[] {5, 10, 20, 40, 60}) {
                    for (int bits : new int[] {16_000, 32_000, 96_000}) {
                        String what = rate + " " + channels + " " + frameMs + " " + bits;
                        List<byte[]> packets = packets(rate, channels, frameMs, bits);
                        var sent = new AudioParams(AudioParams.OPUS, rate, channels, frameMs);
                        short[] samples = all(new SpeechDecoder(sent), packets);
                        // Of hybrid packets, the end is with the next one.
                        assertThat(packets.size() * 16 * frameMs - samples.length)
                                .as(what)
                                .isBetween(0, 32);
                        short[] middle = Arrays.copyOfRange(samples, 2_400, 7_200);
                        assertThat(Tones.strength(middle, 16_000, 600))
                                .as(what)
                                .isBetween(12_000.0, 18_000.0);
                    }
                }
            }
        }
    }

    @Test
    void theHelloNeedNotBeRight() throws OpusException {
        var sent = new AudioParams(AudioParams.OPUS, 8_000, 2, 120);
        List<byte[]> packets = packets(12_000, 1, 20, 24_000);
        assertThat(all(new SpeechDecoder(sent), packets)).hasSize(packets.size() * 320);
    }

    @Test
    void pcmIsDecodedAtAnyRate() {
        for (int rate : new int[] {8_000, 11_025, 16_000, 22_050, 44_100, 48_000}) {
            for (int channels = 1; channels <= 2; channels++) {
                short[] tone = Tones.samples(600, rate, 0.6);
                int count = rate * 60 / 1_000;
                var packets = new ArrayList<byte[]>();
                for (int at = 0; at + count <= tone.length; at += count) {
                    ByteBuffer out =
                            ByteBuffer.allocate(2 * channels * count + 1)
                                    .order(ByteOrder.LITTLE_ENDIAN);
                    for (int i = 0; i < count * channels; i++) {
                        out.putShort(tone[at + i / channels]);
                    }
                    packets.add(out.array());
                }
                var sent = new AudioParams(AudioParams.PCM, rate, channels, 60);
                short[] samples = all(new SpeechDecoder(sent), packets);
                assertThat(samples.length).isBetween(9_500, 9_600);
                short[] middle = Arrays.copyOfRange(samples, 2_400, 7_200);
                assertThat(Tones.strength(middle, 16_000, 600)).isBetween(15_800.0, 16_200.0);
            }
        }
    }

    @Test
    void aBadPacketIsSilenceOfTheAnnouncedDuration() throws OpusException {
        var decoder = new SpeechDecoder(AudioParams.UPLINK);
        byte[] tooManyFrames = {(byte) 0xfb, 63, 1, 2, 3};
        byte[] noCount = {3};
        byte[] tooLong = new byte[AudioLayout.MAX_PACKET + 1];
        for (byte[] bad : List.of(new byte[0], tooManyFrames, noCount, tooLong)) {
            assertThat(decoder.decode(bad)).isEqualTo(new short[960]);
        }
        List<byte[]> good = packets(16_000, 1, 60, 24_000);
        assertThat(all(decoder, good))
                .as("afterwards it hears as well as before")
                .isEqualTo(all(new SpeechDecoder(AudioParams.UPLINK), good));
    }

    @Test
    void noPacketDoesWorseThanBeSilent() throws OpusException {
        var random = new Random(3);
        var good = new ArrayList<byte[]>();
        for (int rate : RATES) {
            good.addAll(packets(rate, 1, 60, 12_000));
            good.addAll(packets(rate, 2, 20, 48_000));
        }
        var opus = new SpeechDecoder(AudioParams.UPLINK);
        var pcm = new SpeechDecoder(new AudioParams(AudioParams.PCM, 8_000, 1, 20));
        for (int i = 0; i < Effort.of(10_000, 1_000_000); i++) {
            byte[] packet = random.nextBoolean() ? damaged(good, random) : invented(random);
            assertThat(opus.decode(packet).length).isBetween(0, 1_920);
            assertThat(pcm.decode(packet).length).isLessThanOrEqualTo(packet.length + 1);
        }
    }

    private static byte[] damaged(List<byte[]> good, Random random) {
        byte[] packet = good.get(random.nextInt(good.size())).clone();
        if (random.nextBoolean()) {
            packet = Arrays.copyOf(packet, 1 + random.nextInt(packet.length + 20));
        }
        for (int change = random.nextInt(5); change > 0; change--) {
            packet[random.nextInt(packet.length)] = (byte) random.nextInt();
        }
        return packet;
    }

    private static byte[] invented(Random random) {
        boolean large = random.nextInt(50) == 0;
        byte[] packet = new byte[1 + random.nextInt(large ? AudioLayout.MAX_PACKET : 300)];
        random.nextBytes(packet);
        return packet;
    }
}
