package io.slipway.bench.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpeechTest {

    // As a server reads it: without header and mask.
    private static byte[] heard(int session, int number, long nanos) {
        ByteBuffer out = ByteBuffer.allocate(512);
        Speech.put(out, session, number, nanos);
        out.flip();
        assertThat(out.get() & 0xff).isEqualTo(0x82);
        int length = out.get() & 0xff;
        assertThat(length).as("masked").isGreaterThanOrEqualTo(0x80);
        length &= 0x7f;
        if (length == 126) {
            length = out.getShort();
        }
        byte[] mask = new byte[4];
        out.get(mask);
        byte[] content = new byte[length];
        out.get(content);
        assertThat(out.hasRemaining()).isFalse();
        for (int i = 0; i < length; i++) {
            content[i] ^= mask[i & 3];
        }
        return content;
    }

    @Test
    void aFrameIsKnownAgainAndNoOtherIsTakenForIt() {
        var random = new Random(7);
        for (int i = 0; i < 10_000; i++) {
            int session = random.nextInt(50_000);
            int number = random.nextInt(1_000_000);
            long nanos = random.nextLong();
            byte[] frame = heard(session, number, nanos);
            assertThat(frame.length).isBetween(120, 240);
            assertThat(Speech.sentAt(frame, frame.length, Speech.UP, session, number))
                    .isEqualTo(nanos);
            assertThat(Speech.sentAt(frame, frame.length, Speech.DOWN, session, number))
                    .isEqualTo(Speech.WRONG);
            assertThat(Speech.sentAt(frame, frame.length, Speech.UP, session, number + 1))
                    .isEqualTo(Speech.WRONG);
            assertThat(Speech.sentAt(frame, frame.length, Speech.UP, session + 1, number))
                    .isEqualTo(Speech.WRONG);
            assertThat(Speech.sentAt(frame, frame.length - 1, Speech.UP, session, number))
                    .isEqualTo(Speech.WRONG);
            // The time differs from run to run: any other byte.
            int at = random.nextInt(frame.length - 8);
            frame[at < 12 ? at : at + 8] ^= (byte) (1 << random.nextInt(8));
            assertThat(Speech.sentAt(frame, frame.length, Speech.UP, session, number))
                    .isEqualTo(Speech.WRONG);
        }
    }
}
