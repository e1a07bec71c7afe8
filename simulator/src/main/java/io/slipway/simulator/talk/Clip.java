package io.slipway.simulator.talk;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A user's recorded speech: Opus packets of 16 kHz, mono, 60 ms. The packets must not be changed.
 * Made by {@code simulator/src/main/clip/make-clip}.
 *
 * @param wakeWord 你好小智, 2 s
 * @param question 今天天气怎么样, 4 s
 * @param silence as from an encoder with DTX, 0.6 s
 */
public record Clip(List<byte[]> wakeWord, List<byte[]> question, List<byte[]> silence) {

    public static final Clip BUNDLED = bundled();

    /** The duration of a packet. */
    public static final int FRAME_MS = 60;

    private static Clip bundled() {
        try (InputStream file = Clip.class.getResourceAsStream("question.packets");
                var in = new DataInputStream(Objects.requireNonNull(file))) {
            int wake = in.readUnsignedShort();
            int question = in.readUnsignedShort();
            var packets = new ArrayList<byte[]>();
            while (in.available() > 0) {
                byte[] packet = new byte[in.readUnsignedShort()];
                in.readFully(packet);
                packets.add(packet);
            }
            return new Clip(
                    List.copyOf(packets.subList(0, wake)),
                    List.copyOf(packets.subList(wake, wake + question)),
                    List.copyOf(packets.subList(wake + question, packets.size())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
