package io.slipway.session;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The notices in each language, as text and as sound from the jar, so that a device without a
 * screen can deliver them too. About 2 MB in memory. Immutable, thread-safe.
 */
public final class SpokenNotices {

    /** For firmware before 1.4.0, which names no language. */
    private static final String UNNAMED = "zh-CN";

    /** For languages that are not here. */
    private static final String OTHERS = "en";

    private final Map<String, DeviceLanguage> languages;

    /**
     * A notice, ready for delivery.
     *
     * @param status at most 12 characters, shown large
     * @param message the sentence, including the code or the detail if there is one
     * @param emotion one that firmware has a picture for
     * @param sentence the words of {@code packets}, for the message that accompanies them
     * @param packets Opus, mono, 20 ms each, all of one kind; shared, so not to be changed
     */
    record SpokenNotice(
            String status, String message, String emotion, String sentence, List<byte[]> packets) {}

    private SpokenNotices(Map<String, DeviceLanguage> languages) {
        this.languages = languages;
    }

    /**
     * Reads all sound into memory.
     *
     * @throws IllegalStateException if a language is incomplete
     */
    public static SpokenNotices load() {
        return of(shipped());
    }

    /**
     * The same with the sentences and recordings of a folder, which come first.
     *
     * @throws IllegalStateException if something in it can't be used; says what, and where
     */
    static SpokenNotices load(Path folder) {
        List<DeviceLanguage> shipped = shipped();
        DeviceLanguage pattern = of(shipped).known(OTHERS);
        var all = new ArrayList<>(shipped);
        all.addAll(VoiceFolder.read(folder, shipped, pattern));
        return of(all);
    }

    private static List<DeviceLanguage> shipped() {
        return tags().stream().map(DeviceLanguage::read).toList();
    }

    // The last one of a tag counts.
    private static SpokenNotices of(List<DeviceLanguage> all) {
        var languages = new LinkedHashMap<String, DeviceLanguage>();
        for (DeviceLanguage language : all) {
            languages.put(language.tag().toLowerCase(Locale.ROOT), language);
        }
        return new SpokenNotices(languages);
    }

    /** The tags of all languages. */
    static List<String> tags() {
        String name = "voice/languages.txt";
        try (InputStream in = SpokenNotices.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("missing from the jar: " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }

    /**
     * The best language for a device: the one that it named, else another of the same language,
     * else English. Chinese in traditional characters is a language of its own.
     *
     * @param named as the device named it; {@code ""} for firmware before 1.4.0, which gets Chinese
     */
    DeviceLanguage language(String named) {
        String tag = named.strip().toLowerCase(Locale.ROOT).replace('_', '-');
        if (tag.isEmpty()) {
            return known(UNNAMED);
        }
        DeviceLanguage same = languages.get(tag);
        if (same != null) {
            return same;
        }
        int end = tag.indexOf('-');
        String base = end < 0 ? tag : tag.substring(0, end);
        if (base.equals("zh")) {
            boolean traditional = tag.matches("zh-(hant|hk|mo|tw)\\b.*");
            return known(traditional ? "zh-TW" : UNNAMED);
        }
        DeviceLanguage related = related(base);
        return related == null ? known(OTHERS) : related;
    }

    private @Nullable DeviceLanguage related(String base) {
        DeviceLanguage plain = languages.get(base);
        if (plain != null) {
            return plain;
        }
        for (Map.Entry<String, DeviceLanguage> each : languages.entrySet()) {
            if (each.getKey().startsWith(base + "-")) {
                return each.getValue();
            }
        }
        return null;
    }

    private DeviceLanguage known(String tag) {
        DeviceLanguage language = languages.get(tag.toLowerCase(Locale.ROOT));
        if (language == null) {
            throw new IllegalStateException("missing from the jar: " + tag);
        }
        return language;
    }

    /**
     * A notice in a language.
     *
     * @param code the digits of {@link Notice#UNBOUND}; if empty, {@link Notice#UNBOUND_NO_CODE} is
     *     used instead. Other notices have none.
     * @param detail shown behind the sentence, not spoken; {@code ""} for nothing
     */
    SpokenNotice of(Notice notice, DeviceLanguage language, String code, String detail) {
        if (notice != Notice.UNBOUND) {
            return spoken(notice, language, "", detail);
        }
        return code.isEmpty()
                ? spoken(Notice.UNBOUND_NO_CODE, language, "", detail)
                : spoken(notice, language, code, detail);
    }

    private static SpokenNotice spoken(
            Notice notice, DeviceLanguage language, String code, String detail) {
        DeviceLanguage.Clip clip = language.clip(notice.key());
        var packets = new ArrayList<>(clip.packets());
        for (int i = 0; i < code.length(); i++) {
            packets.addAll(language.clip(code.substring(i, i + 1)).packets());
        }
        String sentence = code.isEmpty() ? clip.text() : behind(clip.text(), code);
        return new SpokenNotice(
                clip.status(),
                detail.isEmpty() ? sentence : sentence + " (" + detail + ")",
                notice.emotion(),
                sentence,
                Collections.unmodifiableList(packets));
    }

    // A colon of full width contains its own space.
    private static String behind(String text, String code) {
        return text.endsWith("：") ? text + code : text + " " + code;
    }
}
