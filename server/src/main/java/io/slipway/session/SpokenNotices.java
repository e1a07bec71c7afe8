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
import java.util.Locale;
import java.util.Map;

/**
 * The notices in each language, as text and as sound from the jar, so that a device without a
 * screen can deliver them too. About 450 kB in memory. Immutable, thread-safe.
 */
public final class SpokenNotices {

    private static final int MAGIC = 0x534c5631; // "SLV1"

    private final Map<String, Clip> chinese;
    private final Map<String, Clip> english;

    /**
     * One sentence.
     *
     * @param packets Opus, mono, 60 ms each; not to be changed
     */
    record Clip(String text, List<byte[]> packets) {}

    /**
     * A notice, ready for delivery.
     *
     * @param status at most 12 characters, shown large
     * @param message the sentence, including the code if there is one
     * @param emotion one that firmware has a picture for
     * @param sentence the words of {@code packets}, for the message that accompanies them
     * @param packets Opus, mono, 60 ms each; shared, so not to be changed
     */
    public record SpokenNotice(
            String status, String message, String emotion, String sentence, List<byte[]> packets) {}

    private SpokenNotices(Map<String, Clip> chinese, Map<String, Clip> english) {
        this.chinese = chinese;
        this.english = english;
    }

    /**
     * Reads all sound into memory.
     *
     * @throws IllegalStateException if a clip is missing
     */
    public static SpokenNotices load() {
        return new SpokenNotices(read("zh-CN"), read("en-US"));
    }

    /**
     * {@code notice} in {@code language}.
     *
     * @param language as the device named it. Chinese is also used for firmware before 1.4.0, which
     *     names none; any other language gets English.
     * @param code the digits of {@link Notice#UNBOUND}; if empty, {@link Notice#UNBOUND_NO_CODE} is
     *     used instead. Other notices have none.
     */
    public SpokenNotice of(Notice notice, String language, String code) {
        boolean zh = isChinese(language);
        if (notice != Notice.UNBOUND) {
            return spoken(notice, zh, "");
        }
        return spoken(code.isEmpty() ? Notice.UNBOUND_NO_CODE : notice, zh, code);
    }

    private SpokenNotice spoken(Notice notice, boolean zh, String code) {
        Map<String, Clip> clips = zh ? chinese : english;
        Clip clip = clip(clips, notice.key());
        var packets = new ArrayList<>(clip.packets());
        for (int i = 0; i < code.length(); i++) {
            packets.addAll(clip(clips, code.substring(i, i + 1)).packets());
        }
        String sentence = clip.text() + (zh || code.isEmpty() ? code : " " + code);
        return new SpokenNotice(
                notice.status(zh),
                sentence,
                notice.emotion(),
                sentence,
                Collections.unmodifiableList(packets));
    }

    static boolean isChinese(String language) {
        String tag = language.strip().toLowerCase(Locale.ROOT);
        return tag.isEmpty() || tag.equals("zh") || tag.equals("zh-cn");
    }

    private static Clip clip(Map<String, Clip> clips, String key) {
        Clip clip = clips.get(key);
        if (clip == null) {
            throw new IllegalArgumentException("nothing is recorded for \"" + key + "\"");
        }
        return clip;
    }

    /** The output of {@code make.sh} for a language, by key. */
    static Map<String, Clip> read(String language) {
        String name = "voice/" + language + ".voice";
        try (InputStream in = SpokenNotices.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("missing from the jar: " + name);
            }
            Map<String, Clip> clips = clips(new DataInputStream(new BufferedInputStream(in)));
            for (Notice notice : Notice.values()) {
                require(clips, notice.key(), name);
            }
            for (int digit = 0; digit <= 9; digit++) {
                require(clips, Integer.toString(digit), name);
            }
            return clips;
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }

    private static void require(Map<String, Clip> clips, String key, String name) {
        if (!clips.containsKey(key)) {
            throw new IllegalStateException("not in " + name + ": " + key);
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
            String text = in.readUTF();
            var packets = new ArrayList<byte[]>();
            int length = in.readUnsignedShort();
            for (int j = 0; j < length; j++) {
                byte[] packet = new byte[in.readUnsignedShort()];
                in.readFully(packet);
                packets.add(packet);
            }
            clips.put(key, new Clip(text, Collections.unmodifiableList(packets)));
        }
        return Map.copyOf(clips);
    }
}
