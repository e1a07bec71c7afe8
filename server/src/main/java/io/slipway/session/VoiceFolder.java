package io.slipway.session;

import io.slipway.session.DeviceLanguage.Clip;
import io.slipway.sound.Recording;
import io.slipway.sound.SpeechPackets;
import io.slipway.sound.UnreadableSound;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The sentences and recordings of whoever runs the server: one folder for each language, named by
 * its tag, with {@code texts.tsv} and recordings as 16-bit WAV files, named by the keys of the
 * sentences.
 */
final class VoiceFolder {

    private static final String TEXTS = "texts.tsv";
    private static final String RECORDED = ".wav";
    private static final Pattern TAG = Pattern.compile("[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}");

    /** A device keeps its microphone closed meanwhile, and people wait. */
    private static final int MOST_SECONDS = 15;

    /** At the highest rate, in stereo, with room for what editors add. */
    private static final int MOST_BYTES = 4 * 1024 * 1024;

    private static final int MOST_TEXTS = 64 * 1024;
    private static final int MOST_LANGUAGES = 100;

    /** Of what is shown large: screens are small. */
    private static final int MOST_STATUS = 12;

    private static final int MOST_SENTENCE = 200;

    private final Map<String, Clip> pattern;

    /**
     * @param pattern a whole language: its keys, and which texts are filled in
     */
    private VoiceFolder(DeviceLanguage pattern) {
        this.pattern = pattern.clips();
    }

    /**
     * The languages of a folder, each with what the shipped one of the same tag has and it has not.
     *
     * @param shipped all that there are
     * @param pattern one of them
     * @throws IllegalStateException if something in it can't be used; says what, and where
     */
    static List<DeviceLanguage> read(
            Path folder, List<DeviceLanguage> shipped, DeviceLanguage pattern) {
        var reader = new VoiceFolder(pattern);
        var languages = new ArrayList<DeviceLanguage>();
        for (Path each : list(folder)) {
            String tag = name(each);
            if (Files.isDirectory(each)) {
                if (!TAG.matcher(tag).matches()) {
                    throw unusable(each, "is not named by a language, such as de or pt-BR");
                }
                if (languages.size() == MOST_LANGUAGES) {
                    throw unusable(folder, "has more than " + MOST_LANGUAGES + " languages");
                }
                Map<String, Clip> known =
                        shipped.stream()
                                .filter(language -> language.tag().equalsIgnoreCase(tag))
                                .findFirst()
                                .map(DeviceLanguage::clips)
                                .orElse(Map.of());
                languages.add(new DeviceLanguage(tag, reader.language(each, known)));
            } else if (tag.endsWith(RECORDED)) {
                throw unusable(each, "belongs in a folder named by its language, such as de");
            }
        }
        return languages;
    }

    private Map<String, Clip> language(Path folder, Map<String, Clip> known) {
        var clips = new HashMap<>(known);
        List<Path> files = list(folder);
        for (Path file : files) {
            String name = name(file);
            if (!name.equals(TEXTS) && !name.endsWith(RECORDED)) {
                throw unusable(file, "is neither " + TEXTS + " nor a recording (.wav)");
            }
        }
        Path texts = folder.resolve(TEXTS);
        if (files.contains(texts)) {
            texts(texts, known, clips);
        }
        var missing = new TreeSet<String>();
        pattern.forEach((key, clip) -> {
            if (isDigit(key)) {
                clips.putIfAbsent(key, new Clip("", clip.text(), List.of()));
            } else if (!clips.containsKey(key)) {
                missing.add(key);
            }
        });
        if (!missing.isEmpty()) {
            throw unusable(folder, "has no sentence for " + String.join(", ", missing));
        }
        for (Path file : files) {
            if (!file.equals(texts)) {
                record(file, clips);
            }
        }
        return clips;
    }

    private static boolean isDigit(String key) {
        return key.length() == 1;
    }

    private void texts(Path file, Map<String, Clip> known, Map<String, Clip> clips) {
        int number = 0;
        for (String line : text(file).lines().toList()) {
            number++;
            if (!line.isBlank() && !line.startsWith("#")) {
                text(file, number, line, known, clips);
            }
        }
    }

    private void text(
            Path file, int number, String line, Map<String, Clip> known, Map<String, Clip> clips) {
        String[] columns = line.split("\t", -1);
        String key = columns[0].strip();
        String where = "line " + number + " ";
        Clip shape = pattern.get(key);
        if (shape == null) {
            throw unusable(file, where + "begins with an unknown key: " + key);
        }
        if (columns.length < 3) {
            throw unusable(file, where + "needs three columns with tabs between them");
        }
        String status = columns[1].strip();
        // The one between the names of tools ends with a space.
        String sentence = columns[2];
        if (shape.status().isEmpty() != status.isEmpty() || status.length() > MOST_STATUS) {
            throw unusable(
                    file,
                    where
                            + (shape.status().isEmpty()
                                    ? "must have an empty second column"
                                    : "needs 1 to 12 characters in its second column"));
        }
        if (sentence.isBlank() || sentence.length() > MOST_SENTENCE) {
            throw unusable(file, where + "needs 1 to 200 characters in its third column");
        }
        boolean filled = shape.text().contains("%s");
        if (filled && !sentence.matches("[^%]*%s[^%]*")) {
            throw unusable(file, where + "needs %s once in its third column, and no other %");
        }
        Clip before = known.get(key);
        // Other words than those that are shown would be heard.
        List<byte[]> packets =
                before != null && before.text().equals(sentence) ? before.packets() : List.of();
        clips.put(key, new Clip(status, sentence, packets));
    }

    private void record(Path file, Map<String, Clip> clips) {
        String name = name(file);
        String key = name.substring(0, name.length() - RECORDED.length());
        Clip shape = pattern.get(key);
        Clip clip = clips.get(key);
        if (shape == null || clip == null || shape.packets().isEmpty()) {
            throw unusable(file, "is not named by a sentence that is spoken");
        }
        try {
            Recording recording = Recording.read(bytes(file, MOST_BYTES));
            if (recording.millis() > MOST_SECONDS * 1_000L) {
                throw unusable(file, "is longer than " + MOST_SECONDS + " s");
            }
            List<byte[]> packets = SpeechPackets.of(recording);
            if (packets.isEmpty()) {
                throw unusable(file, "has no sound in it");
            }
            clips.put(key, new Clip(clip.status(), clip.text(), List.copyOf(packets)));
        } catch (UnreadableSound e) {
            throw unusable(file, e.why());
        }
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            // Those of editors and file managers are hidden.
            return files.filter(file -> !name(file).startsWith(".")).sorted().toList();
        } catch (IOException | UncheckedIOException e) {
            throw unusable(folder, "can't be read: " + e);
        }
    }

    private static String text(Path file) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(java.nio.ByteBuffer.wrap(bytes(file, MOST_TEXTS)))
                    .toString()
                    // Some editors begin with a mark of the byte order.
                    .replaceFirst("^\uFEFF", "");
        } catch (CharacterCodingException e) {
            throw unusable(file, "is not UTF-8");
        }
    }

    private static byte[] bytes(Path file, int most) {
        try (var in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw unusable(file, "is larger than " + most / 1024 + " KiB");
            }
            return bytes;
        } catch (IOException e) {
            throw unusable(file, "can't be read: " + e);
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static IllegalStateException unusable(Path what, String why) {
        return new IllegalStateException("session.voice-dir: " + what + " " + why);
    }
}
