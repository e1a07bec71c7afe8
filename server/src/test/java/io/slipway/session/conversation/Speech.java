package io.slipway.session.conversation;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Packets as loud as speech, and as short as silence. */
final class Speech {

    private Speech() {}

    /**
     * @param silent number of packets of silence at the beginning, and again at the end
     */
    static List<byte[]> frames(Random random, int voiced, int silent) {
        var frames = new ArrayList<byte[]>();
        for (int i = 0; i < voiced + 2 * silent; i++) {
            boolean voice = i >= silent && i < silent + voiced;
            byte[] frame = new byte[voice ? 100 + random.nextInt(100) : 1 + random.nextInt(3)];
            random.nextBytes(frame);
            frames.add(frame);
        }
        return frames;
    }
}
