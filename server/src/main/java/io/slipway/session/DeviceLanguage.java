package io.slipway.session;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that the server itself says and shows on devices, in one language: written by {@code
 * src/main/voice/make.sh}. Immutable, thread-safe.
 *
 * @param tag as in BCP 47: {@code zh-CN}, {@code en}
 * @param clips by key
 */
record DeviceLanguage(String tag, Map<String, Clip> clips) {

    private static final int MAGIC = 0x534c5632; // "SLV2"

    /**
     * One sentence, or one digit.
     *
     * @param status shown large, at most 12 characters; {@code ""} for digits and what is not a
     *     notice
     * @param packets Opus, mono, 20 ms each, all of one kind; not to be changed. Empty if it is
     *     only shown
     */
    record Clip(String status, String text, List<byte[]> packets) {}

    DeviceLanguage {
        clips = Map.copyOf(clips);
    }

    /** The sentence of a key. */
    Clip clip(String key) {
        Clip clip = clips.get(key);
        if (clip == null) {
            throw new IllegalArgumentException("not in " + tag + ": \"" + key + "\"");
        }
        return clip;
    }

    /**
     * Reads a language of the jar.
     *
     * @throws IllegalStateException if it is missing, or lacks a sentence
     */
    static DeviceLanguage read(String tag) {
        String name = "voice/" + tag + ".voice";
        try (InputStream in = DeviceLanguage.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("missing from the jar: " + name);
            }
            var language =
                    new DeviceLanguage(
                            tag, clips(new DataInputStream(new BufferedInputStream(in))));
            for (Notice notice : Notice.values()) {
                var _ = language.clip(notice.key());
            }
            for (int digit = 0; digit <= 9; digit++) {
                var _ = language.clip(Integer.toString(digit));
            }
            for (EchoText text : EchoText.values()) {
                var _ = language.clip(text.key());
            }
            return language;
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(e);
        }
    }

    // The format is described where it is written: src/main/voice/pack.py.
    private static Map<String, Clip> clips(DataInputStream in) throws IOException {
        if (in.readInt() != MAGIC) {
            throw new IOException("not written by make.sh");
        }
        var clips = new HashMap<String, Clip>();
        int count = in.readUnsignedShort();
        for (int i = 0; i < count; i++) {
            String key = in.readUTF();
            String status = in.readUTF();
            String text = in.readUTF();
            var packets = new ArrayList<byte[]>();
            int length = in.readUnsignedShort();
            for (int j = 0; j < length; j++) {
                byte[] packet = new byte[in.readUnsignedShort()];
                in.readFully(packet);
                packets.add(packet);
            }
            clips.put(key, new Clip(status, text, Collections.unmodifiableList(packets)));
        }
        return clips;
    }
}
