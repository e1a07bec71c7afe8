package io.slipway.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SpokenNoticesTest {

    /** What firmware has pictures for. */
    private static final Set<String> EMOTIONS =
            Set.of(
                    "neutral",
                    "happy",
                    "laughing",
                    "funny",
                    "sad",
                    "angry",
                    "crying",
                    "loving",
                    "embarrassed",
                    "surprised",
                    "shocked",
                    "thinking",
                    "winking",
                    "cool",
                    "relaxed",
                    "delicious",
                    "kissy",
                    "confident",
                    "sleepy",
                    "silly",
                    "confused");

    private final SpokenNotices voice = SpokenNotices.load();

    @Test
    void everyNoticeIsRecordedInBothLanguages() {
        for (Notice notice : Notice.values()) {
            for (String language : List.of("zh-CN", "en-US")) {
                var spoken = voice.of(notice, language, "");
                assertThat(spoken.status()).isNotBlank().hasSizeLessThanOrEqualTo(12);
                assertThat(spoken.message()).isNotBlank().hasSizeLessThan(200);
                assertThat(spoken.sentence()).isNotBlank();
                assertThat(EMOTIONS).contains(spoken.emotion());
                boolean chinese = spoken.message().codePoints().anyMatch(c -> c >= 0x4e00);
                assertThat(chinese).as(spoken.message()).isEqualTo(language.equals("zh-CN"));
                // Three to ten seconds long: nobody listens for longer.
                assertThat(spoken.packets()).hasSizeBetween(50, 167);
            }
        }
    }

    @Test
    void theDigitsOfACodeFollowInOrder() {
        for (String language : List.of("zh-CN", "en-US")) {
            Map<String, SpokenNotices.Clip> clips = SpokenNotices.read(language);
            var spoken = voice.of(Notice.UNBOUND, language, "0012987");
            assertThat(spoken.message()).endsWith("0012987");
            assertThat(spoken.sentence()).endsWith("0012987");
            var expected = new ArrayList<byte[]>(clips.get("unbound").packets());
            for (String digit : "0012987".split("")) {
                expected.addAll(clips.get(digit).packets());
            }
            assertThat(spoken.packets()).hasSameSizeAs(expected);
            for (int i = 0; i < expected.size(); i++) {
                assertThat(spoken.packets().get(i)).isEqualTo(expected.get(i));
            }
            assertThat(voice.of(Notice.UNBOUND, language, ""))
                    .as("without a code none is spoken")
                    .isEqualTo(voice.of(Notice.UNBOUND_NO_CODE, language, "123456"));
        }
    }

    @Test
    void withoutALanguageItIsChineseAndForAllOthersEnglish() {
        for (String language : List.of("zh-CN", "ZH-cn", "zh", "", " ")) {
            assertThat(voice.of(Notice.ENDED, language, "").status()).isEqualTo("对话已结束");
        }
        for (String language : List.of("en-US", "zh-TW", "ja-JP", "*", "zh-CNX", "\u0000")) {
            assertThat(voice.of(Notice.ENDED, language, "").status()).isEqualTo("Ended");
        }
    }

    @Test
    void everyPacketIsOpusOfSixtyMilliseconds() {
        int bytes = 0;
        for (String language : List.of("zh-CN", "en-US")) {
            for (var clip : SpokenNotices.read(language).entrySet()) {
                assertThat(clip.getValue().packets()).as(clip.getKey()).isNotEmpty();
                for (byte[] packet : clip.getValue().packets()) {
                    assertThat(Opus.microseconds(packet)).as(clip.getKey()).isEqualTo(60_000);
                    assertThat(Opus.stereo(packet)).isFalse();
                    bytes += packet.length;
                }
            }
        }
        assertThat(bytes).isLessThan(700_000);
    }

    @Test
    void textsAndSoundAreOfTheSameTable() throws IOException {
        Path table = Path.of("src/main/voice/sentences.tsv");
        var chinese = new HashMap<String, String>();
        var english = new HashMap<String, String>();
        for (String line : Files.readAllLines(table)) {
            if (!line.startsWith("#")) {
                String[] row = line.split("\t", -1);
                assertThat(row).as(line).hasSize(3);
                chinese.put(row[0], row[1]);
                english.put(row[0], row[2]);
            }
        }
        assertThat(texts("zh-CN")).as("run src/main/voice/make.sh").isEqualTo(chinese);
        assertThat(texts("en-US")).as("run src/main/voice/make.sh").isEqualTo(english);
        assertThat(chinese).hasSize(Notice.values().length + 10);
    }

    private static Map<String, String> texts(String language) {
        var texts = new HashMap<String, String>();
        SpokenNotices.read(language).forEach((key, clip) -> texts.put(key, clip.text()));
        return texts;
    }

    /**
     * The part of RFC 6716, section 3, that determines a packet's duration and that it is complete.
     */
    private static final class Opus {
        static boolean stereo(byte[] packet) {
            return (packet[0] & 4) != 0;
        }

        static int microseconds(byte[] packet) {
            int config = (packet[0] & 0xff) >> 3;
            int frame;
            if (config < 12) {
                frame = new int[] {10_000, 20_000, 40_000, 60_000}[config % 4];
            } else if (config < 16) {
                frame = new int[] {10_000, 20_000}[config % 2];
            } else {
                frame = new int[] {2_500, 5_000, 10_000, 20_000}[config % 4];
            }
            return frame * frames(packet);
        }

        private static int frames(byte[] packet) {
            switch (packet[0] & 3) {
                case 0 -> {
                    assertThat(packet.length - 1).isBetween(1, 1275);
                    return 1;
                }
                case 1 -> {
                    assertThat(packet.length - 1).isEven().isBetween(2, 2 * 1275);
                    return 2;
                }
                case 2 -> {
                    int[] at = {1};
                    int first = length(packet, at);
                    assertThat(packet.length - at[0] - first).isBetween(1, 1275);
                    return 2;
                }
                default -> {
                    boolean variable = (packet[1] & 0x80) != 0;
                    assertThat(packet[1] & 0x40).as("padding").isZero();
                    int count = packet[1] & 0x3f;
                    int[] at = {2};
                    int sum = 0;
                    for (int i = 0; variable && i < count - 1; i++) {
                        sum += length(packet, at);
                    }
                    int rest = packet.length - at[0] - sum;
                    if (variable) {
                        assertThat(rest).isBetween(1, 1275);
                    } else {
                        assertThat(rest % count).isZero();
                        assertThat(rest / count).isBetween(1, 1275);
                    }
                    return count;
                }
            }
        }

        private static int length(byte[] packet, int[] at) {
            int first = packet[at[0]++] & 0xff;
            int length = first < 252 ? first : first + 4 * (packet[at[0]++] & 0xff);
            assertThat(length).isBetween(1, 1275);
            return length;
        }
    }
}
