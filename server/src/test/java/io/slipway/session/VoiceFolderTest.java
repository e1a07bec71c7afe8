package io.slipway.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.protocol.socket.AudioParams;
import io.slipway.sound.Recording;
import io.slipway.sound.SpeechPackets;
import io.slipway.sound.Tones;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VoiceFolderTest {

    private static final int RATE = 22_050;

    private static final SpokenNotices SHIPPED = SpokenNotices.load();

    private static final Notice UNREACHABLE = Notice.BACKEND_UNREACHABLE;

    @TempDir private Path temporary;
    private Path folder;

    @BeforeEach
    void make() throws IOException {
        folder = Files.createDirectory(temporary.resolve("voice"));
    }

    private static short[] tone(double seconds) {
        return Tones.samples(500, RATE, seconds);
    }

    private void recorded(String file, double seconds) throws IOException {
        write(file, Tones.wav(tone(seconds), RATE, 1));
    }

    private void write(String file, byte[] bytes) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.write(path, bytes);
    }

    private void texts(String language, String... lines) throws IOException {
        write(language + "/texts.tsv", String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
    }

    private static SpokenNotices.SpokenNotice of(SpokenNotices notices, Notice what, String tag) {
        return notices.of(what, notices.language(tag), "", "");
    }

    @Test
    void aDeviceHearsARecordingOfWhoeverRunsTheServer() throws Exception {
        recorded("de/backend-unreachable.wav", 1);
        List<byte[]> packets = SpeechPackets.of(new Recording(RATE, tone(1)));
        Files.createDirectory(temporary.resolve("server"));
        try (SessionFixture fixture =
                SessionFixture.open(
                        temporary.resolve("server"), "session.voice-dir", folder.toString())) {
            fixture.relayTo("ws://127.0.0.1:1/");
            var heard = new ArrayList<byte[]>();
            try (SessionClient call = SessionClient.call(fixture.device(1).withLanguage("de-DE"))) {
                String message = call.next("alert").json().path("message").asText();
                assertThat(message).isEqualTo(of(SHIPPED, UNREACHABLE, "de").message());
                SessionClient.Heard next = call.next("audio");
                while (next.type().equals("audio")) {
                    heard.add(next.audio());
                    next = call.next();
                }
                assertThat(next.json().path("state").asText()).isEqualTo("stop");
            }
            var wanted = new ArrayList<byte[]>();
            NoticeSound.of(packets, AudioParams.DOWNLINK).forEachRemaining(wanted::add);
            assertThat(heard).containsExactlyElementsOf(wanted).hasSize(16);
        }
    }

    @Test
    void whatIsNotInTheFolderIsAsShipped() throws Exception {
        recorded("de/7.wav", 0.5);
        recorded("de/unbound.wav", 1);
        texts("de", "# mine", "", "ended\tSchluss\tTschüss!");
        SpokenNotices own = SpokenNotices.load(folder);
        var unbound = own.of(Notice.UNBOUND, own.language("de"), "700000", "");
        var before = SHIPPED.of(Notice.UNBOUND, SHIPPED.language("de"), "000000", "");
        var zero = SHIPPED.language("de").clip("0").packets().size();
        assertThat(unbound.packets()).hasSize(50 + 25 + 5 * zero);
        assertThat(unbound.sentence()).isEqualTo(before.sentence().replace("000000", "700000"));
        var ended = of(own, Notice.ENDED, "de");
        assertThat(ended.status()).isEqualTo("Schluss");
        assertThat(ended.sentence()).isEqualTo("Tschüss!");
        assertThat(ended.packets()).as("nobody has spoken it").isEmpty();
        assertThat(of(own, Notice.NO_AGENT, "de").packets())
                .hasSameSizeAs(of(SHIPPED, Notice.NO_AGENT, "de").packets());
        assertThat(of(own, Notice.ENDED, "en").sentence())
                .isEqualTo(of(SHIPPED, Notice.ENDED, "en").sentence());
    }

    @Test
    void aSentenceThatStaysTheSameStaysSpoken() throws Exception {
        texts("de", "ended\tEnde\t" + of(SHIPPED, Notice.ENDED, "de").sentence());
        var ended = of(SpokenNotices.load(folder), Notice.ENDED, "de");
        assertThat(ended.status()).isEqualTo("Ende");
        assertThat(ended.packets()).isNotEmpty();
    }

    @Test
    void aLanguageCanBeAdded() throws Exception {
        var lines = new ArrayList<String>();
        SHIPPED.language("en")
                .clips()
                .forEach((key, clip) -> {
                    if (key.length() > 1) {
                        lines.add(key + "\t" + clip.status() + "\t" + clip.text() + "x");
                    }
                });
        texts("nl", lines.toArray(String[]::new));
        recorded("nl/no-agent.wav", 1);
        SpokenNotices own = SpokenNotices.load(folder);
        assertThat(of(own, Notice.NO_AGENT, "nl-BE").sentence()).endsWith("x");
        assertThat(of(own, Notice.NO_AGENT, "nl").packets()).hasSize(50);
        assertThat(own.of(Notice.UNBOUND, own.language("nl"), "123456", "").message())
                .endsWith("123456");
        lines.removeIf(line -> line.startsWith("ended\t") || line.startsWith("revoked\t"));
        texts("nl", lines.toArray(String[]::new));
        refused("nl has no sentence for ended, revoked");
    }

    @Test
    void whatCanNotBeUsedIsRefusedInWords() throws Exception {
        recorded("ended.wav", 1);
        refused("ended.wav belongs in a folder named by its language, such as de");
        recorded("German voice/ended.wav", 1);
        Files.delete(folder.resolve("ended.wav"));
        refused("German voice is not named by a language, such as de or pt-BR");
        Files.delete(folder.resolve("German voice/ended.wav"));
        Files.delete(folder.resolve("German voice"));
        recorded("de/end.wav", 1);
        refused("end.wav is not named by a sentence that is spoken");
        Files.delete(folder.resolve("de/end.wav"));
        recorded("de/echo-heard.wav", 1);
        refused("echo-heard.wav is not named by a sentence that is spoken");
        Files.delete(folder.resolve("de/echo-heard.wav"));
        recorded("de/ended.wav", 15.1);
        refused("ended.wav is longer than 15 s");
        write("de/ended.wav", new byte[5_000_000]);
        refused("ended.wav is larger than 4096 KiB");
        write("de/ended.wav", "ID3".getBytes(StandardCharsets.UTF_8));
        refused("ended.wav is not a WAV file");
        recorded("de/ended.wav", 0);
        refused("ended.wav has no sound in it");
        Files.delete(folder.resolve("de/ended.wav"));
        write("de/ended.mp3", new byte[1]);
        refused("ended.mp3 is neither texts.tsv nor a recording (.wav)");
        Files.delete(folder.resolve("de/ended.mp3"));
        texts("de", "ended\tx", "");
        refused("texts.tsv line 1 needs three columns with tabs between them");
        texts("de", "", "end\tx\ty");
        refused("texts.tsv line 2 begins with an unknown key: end");
        texts("de", "ended\t\ty");
        refused("texts.tsv line 1 needs 1 to 12 characters in its second column");
        texts("de", "echo-heard\tx\ty");
        refused("texts.tsv line 1 must have an empty second column");
        texts("de", "ended\tx\t" + "y".repeat(201));
        refused("texts.tsv line 1 needs 1 to 200 characters in its third column");
        for (String wrong : List.of("no", "%s %s", "%d", "%s 5 %")) {
            texts("de", "echo-tools\t\t" + wrong);
            refused("texts.tsv line 1 needs %s once in its third column, and no other %");
        }
        write("de/texts.tsv", new byte[] {(byte) 0xff});
        refused("texts.tsv is not UTF-8");
        write("de/texts.tsv", new byte[70_000]);
        refused("texts.tsv is larger than 64 KiB");
        Files.delete(folder.resolve("de/texts.tsv"));
        write("de/.DS_Store", new byte[1]);
        assertThat(SpokenNotices.load(folder)).isNotNull();
        folder = folder.resolve("missing");
        refused("NoSuchFileException: " + folder);
    }

    @Test
    void thePageForPeopleNamesEveryKey() throws Exception {
        String page = Files.readString(Path.of("../docs/languages.md"));
        SHIPPED.language("en")
                .clips()
                .forEach((key, clip) -> {
                    if (key.length() > 1 && !clip.text().isBlank() && !key.equals("echo-between")) {
                        assertThat(page)
                                .contains(
                                        "| `%s` | %s | %s |"
                                                .formatted(key, clip.status(), clip.text()));
                    }
                });
    }

    private void refused(String why) {
        assertThatThrownBy(() -> SpokenNotices.load(folder))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("session.voice-dir: ")
                .hasMessageEndingWith(why);
    }
}
