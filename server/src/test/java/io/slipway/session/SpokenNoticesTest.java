package io.slipway.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jaredmdobson.concentus.OpusDecoder;
import io.github.jaredmdobson.concentus.OpusException;
import io.slipway.protocol.socket.AudioParams;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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

    private static final Path TABLES = Path.of("src/main/voice");

    private final SpokenNotices voice = SpokenNotices.load();

    private SpokenNotices.SpokenNotice of(Notice notice, String language, String code) {
        return voice.of(notice, voice.language(language), code, "");
    }

    private static List<byte[]> all(List<byte[]> recorded, AudioParams wanted) {
        var all = new ArrayList<byte[]>();
        NoticeSound.of(recorded, wanted).forEachRemaining(all::add);
        return all;
    }

    @Test
    void everyNoticeIsRecordedInEveryLanguage() {
        assertThat(SpokenNotices.tags())
                .contains("zh-CN", "zh-TW", "en", "ja", "ko", "vi", "de", "es", "pt-BR");
        for (String language : SpokenNotices.tags()) {
            for (Notice notice : Notice.values()) {
                var spoken = of(notice, language, "");
                String what = language + " " + notice;
                assertThat(spoken.status()).as(what).isNotBlank().hasSizeLessThanOrEqualTo(12);
                assertThat(spoken.message()).as(what).isNotBlank().hasSizeLessThan(200);
                assertThat(spoken.sentence()).as(what).isNotBlank();
                assertThat(EMOTIONS).contains(spoken.emotion());
                // Two to ten seconds long: nobody listens for longer.
                assertThat(spoken.packets()).as(what).hasSizeBetween(100, 510);
            }
            for (EchoText text : EchoText.values()) {
                DeviceLanguage.Clip clip = voice.language(language).clip(text.key());
                boolean filled = text == EchoText.SOUND || text == EchoText.TOOLS;
                assertThat(clip.text().contains("%s")).isEqualTo(filled);
                assertThat(clip.text().formatted("x")).isNotEmpty();
            }
        }
    }

    @Test
    void theDigitsOfACodeFollowInOrder() {
        for (String tag : SpokenNotices.tags()) {
            DeviceLanguage language = voice.language(tag);
            var spoken = of(Notice.UNBOUND, tag, "0012987");
            assertThat(spoken.message()).endsWith("0012987");
            assertThat(spoken.sentence()).endsWith("0012987");
            var expected = new ArrayList<byte[]>(language.clip("unbound").packets());
            for (String digit : "0012987".split("")) {
                assertThat(language.clip(digit).packets()).isNotEmpty();
                expected.addAll(language.clip(digit).packets());
            }
            assertThat(spoken.packets()).hasSameSizeAs(expected);
            for (int i = 0; i < expected.size(); i++) {
                assertThat(spoken.packets().get(i)).isEqualTo(expected.get(i));
            }
            assertThat(of(Notice.UNBOUND, tag, ""))
                    .as("without a code none is spoken")
                    .isEqualTo(of(Notice.UNBOUND_NO_CODE, tag, "123456"));
        }
    }

    @Test
    void aDetailIsShownAndNotSpoken() {
        var plain = of(Notice.BACKEND_UNSUITABLE, "en", "");
        var detailed = voice.of(Notice.BACKEND_UNSUITABLE, voice.language("en"), "", "format: mp3");
        assertThat(detailed.message()).isEqualTo(plain.message() + " (format: mp3)");
        assertThat(detailed.sentence()).isEqualTo(plain.sentence());
        assertThat(detailed.packets()).isEqualTo(plain.packets());
    }

    @Test
    void devicesGetTheirLanguageOrTheNearest() {
        var expected =
                Map.ofEntries(
                        Map.entry("zh-CN", "zh-CN ZH-cn zh zh-Hans-SG zh_CN"),
                        Map.entry("zh-TW", "zh-TW zh-tw zh-HK zh-Hant zh-Hant-HK zh-MO"),
                        Map.entry("en", "en-US en EN-gb fr-FR ru * zu-ZA \u0000"),
                        Map.entry("ja", "ja-JP ja"),
                        Map.entry("ko", "ko-KR"),
                        Map.entry("vi", "vi-VN"),
                        Map.entry("de", "de-DE de-AT"),
                        Map.entry("es", "es-ES es-MX"),
                        Map.entry("pt-BR", "pt-BR pt-PT pt"));
        expected.forEach((tag, named) -> {
            for (String name : named.split(" ")) {
                assertThat(voice.language(name).tag()).as(name).isEqualTo(tag);
            }
        });
        assertThat(voice.language("").tag()).as("before 1.4.0").isEqualTo("zh-CN");
        assertThat(voice.language(" ").tag()).isEqualTo("zh-CN");
    }

    @Test
    void everyPacketIsOpusOfTheDurationThatTheSessionHas() {
        int bytes = 0;
        for (String language : SpokenNotices.tags()) {
            for (Notice notice : Notice.values()) {
                List<byte[]> recorded = of(notice, language, "735").packets();
                for (int frameMs : new int[] {20, 40, 60, 80, 100, 120}) {
                    List<byte[]> packets =
                            all(recorded, new AudioParams(AudioParams.OPUS, 24_000, 1, frameMs));
                    for (byte[] packet : packets) {
                        assertThat(Opus.microseconds(packet)).isEqualTo(1_000 * frameMs);
                        assertThat(Opus.stereo(packet)).isFalse();
                    }
                    assertThat(20 * recorded.size() - frameMs * packets.size())
                            .isBetween(0, frameMs - 1);
                }
                bytes += recorded.stream().mapToInt(packet -> packet.length).sum();
            }
        }
        assertThat(bytes).isLessThan(4_000_000);
        var tooShort = new AudioParams(AudioParams.OPUS, 24_000, 1, 10);
        assertThat(all(of(Notice.ENDED, "en", "").packets(), tooShort)).isEmpty();
    }

    @Test
    void joinedPacketsSoundTheSame() throws OpusException {
        List<byte[]> recorded = of(Notice.ENDED, "de", "").packets();
        short[] alone = decoded(recorded, 20);
        assertThat(loudness(alone)).isGreaterThan(500);
        for (int frameMs : new int[] {40, 60, 120}) {
            var params = new AudioParams(AudioParams.OPUS, 24_000, 1, frameMs);
            short[] joined = decoded(all(recorded, params), frameMs);
            assertThat(joined).isEqualTo(Arrays.copyOf(alone, joined.length));
        }
    }

    private static short[] decoded(List<byte[]> packets, int frameMs) throws OpusException {
        var decoder = new OpusDecoder(24_000, 1);
        int samples = 24 * frameMs;
        short[] all = new short[packets.size() * samples];
        for (int i = 0; i < packets.size(); i++) {
            byte[] packet = packets.get(i);
            int got = decoder.decode(packet, 0, packet.length, all, i * samples, samples, false);
            assertThat(got).isEqualTo(samples);
        }
        return all;
    }

    private static double loudness(short[] samples) {
        long sum = 0;
        for (short sample : samples) {
            sum += Math.abs(sample);
        }
        return (double) sum / samples.length;
    }

    @Test
    void clientsThatPlayPcmGetPcm() {
        List<byte[]> recorded = of(Notice.ENDED, "en", "").packets();
        for (int rate : new int[] {8_000, 16_000, 22_050, 24_000, 44_100, 48_000}) {
            for (int channels = 1; channels <= 2; channels++) {
                var params = new AudioParams(AudioParams.PCM, rate, channels, 60);
                List<byte[]> packets = all(recorded, params);
                assertThat(packets).hasSize(recorded.size() / 3);
                int each = rate * 60 / 1_000;
                short[] samples = new short[packets.size() * each];
                for (int i = 0; i < packets.size(); i++) {
                    assertThat(packets.get(i)).hasSize(2 * channels * each);
                    var pcm = ByteBuffer.wrap(packets.get(i)).order(ByteOrder.LITTLE_ENDIAN);
                    for (int j = 0; j < each; j++) {
                        samples[i * each + j] = pcm.getShort(2 * channels * j);
                    }
                }
                assertThat(loudness(samples)).isGreaterThan(500);
            }
        }
    }

    @Test
    void textsAndSoundAreOfTheSameTables() throws IOException {
        var tags = new ArrayList<String>();
        for (String line : rows("languages.tsv")) {
            tags.add(line.split("\t")[0]);
        }
        assertThat(SpokenNotices.tags()).as("run src/main/voice/make.sh").isEqualTo(tags);
        for (String tag : tags) {
            var expected = new HashMap<String, String>();
            for (String line : rows(tag + ".tsv")) {
                String[] row = line.split("\t", -1);
                assertThat(row).as(line).hasSizeBetween(3, 4);
                expected.put(row[0], row[1] + "\t" + row[2]);
            }
            var made = new HashMap<String, String>();
            voice.language(tag)
                    .clips()
                    .forEach((key, clip) -> made.put(key, clip.status() + "\t" + clip.text()));
            assertThat(made).as("run src/main/voice/make.sh " + tag).isEqualTo(expected);
            assertThat(made).hasSize(Notice.values().length + EchoText.values().length + 10);
        }
    }

    /** The page names every language. */
    @Test
    void thePageOfLanguagesIsComplete() throws IOException {
        String page = Files.readString(Path.of("../docs/languages.md"));
        for (String tag : SpokenNotices.tags()) {
            assertThat(page).contains("| `" + tag + "` |");
        }
    }

    private static List<String> rows(String table) throws IOException {
        return Files.readAllLines(TABLES.resolve(table)).stream()
                .filter(line -> !line.startsWith("#"))
                .toList();
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
