package io.slipway.protocol.firmware;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.protocol.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compares our reader and Espressif's esptool-js on each other's images. esptool-js finds the
 * segments, the checksum and the end; the hash is compared with Node's own SHA-256. {@code
 * images.mjs} describes what it can't do.
 */
class EsptoolTest {

    private static Esptool esptool;

    @TempDir private Path folder;

    @BeforeAll
    static void install() throws IOException, InterruptedException {
        esptool = Esptool.install();
    }

    @Test
    void chipsHaveTheSameNumbers() throws Exception {
        Map<String, Object> ids = esptool.answers(List.of("{\"do\":\"chips\"}")).getFirst();
        for (Chip chip : Chip.values()) {
            assertThat(ids).containsKey(chip.model());
            assertThat(Esptool.number(ids.get(chip.model()))).isEqualTo(chip.id());
        }
    }

    @Test
    void itReadsWhatWeWrite() throws Exception {
        Random random = new Random(8);
        List<byte[]> files = new ArrayList<>();
        List<String> jobs = new ArrayList<>();
        for (Chip chip : Chip.values()) {
            for (boolean hash : new boolean[] {true, false}) {
                byte[] file =
                        new ImageWriter(chip)
                                .version("2." + random.nextInt(100))
                                .segments(random.nextInt(1, 17))
                                .size(random.nextInt(1_000, 400_000))
                                .hash(hash)
                                .seed(random.nextLong())
                                .bytes();
                files.add(file);
                jobs.add(Esptool.read(chip, save(file)));
            }
        }
        List<Map<String, Object>> answers = esptool.answers(jobs);
        for (int i = 0; i < files.size(); i++) {
            byte[] file = files.get(i);
            Map<String, Object> theirs = answers.get(i);
            AppImage ours = Images.accepted(file);
            assertThat(theirs).doesNotContainKey("error");
            // It reports every segment above 0x40200000 as suspicious, as for an ESP8266.
            assertThat(Json.array(theirs.get("warnings")))
                    .allMatch(w -> ((String) w).contains("Suspicious segment"));
            assertThat(sound(theirs, file)).isTrue();
            assertThat(Esptool.number(theirs.get("chipId"))).isEqualTo(ours.chip().id());
            assertThat(theirs.get("hashAppended")).isEqualTo(ours.file().hashAppended());
            List<List<Long>> segments =
                    Json.array(theirs.get("segments")).stream()
                            .map(s -> Json.array(s).stream().map(Esptool::number).toList())
                            .toList();
            assertThat(segments)
                    .isEqualTo(
                            ours.segments().stream()
                                    .map(s -> List.of(s.address(), (long) s.length(), s.offset()))
                                    .toList());
            // It returns the description only as bytes, which must be those from which we read the
            // fields.
            byte[] description = HexFormat.of().parseHex((String) theirs.get("description"));
            assertThat(description).isEqualTo(Arrays.copyOfRange(file, 32, 288));
            assertThat(HexFormat.of().formatHex(description, 144, 176))
                    .isEqualTo(ours.description().elfSha256());
        }
    }

    /** Damaged files: we refuse whatever it rejects and, with a hash, vice versa. */
    @Test
    void bothFindTheSameFilesDamaged() throws Exception {
        Random random = new Random(9);
        List<byte[]> files = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            byte[] file = new ImageWriter(Chip.ESP32C3).segments(3).size(2_000).seed(i).bytes();
            // A missing magic byte is a special case for it, so only segments are damaged.
            int at = random.nextInt(24, file.length);
            file[at] ^= (byte) random.nextInt(1, 256);
            files.add(random.nextInt(4) == 0 ? Arrays.copyOf(file, at) : file);
        }
        List<String> jobs = new ArrayList<>();
        for (byte[] file : files) {
            jobs.add(Esptool.read(Chip.ESP32C3, save(file)));
        }
        List<Map<String, Object>> answers = esptool.answers(jobs);
        for (int i = 0; i < files.size(); i++) {
            assertThat(sound(answers.get(i), files.get(i))).as("file %d", i).isFalse();
            Images.refused(files.get(i));
        }
    }

    @Test
    void weReadWhatItWrites() throws Exception {
        List<Path> files = new ArrayList<>();
        List<String> jobs = new ArrayList<>();
        List<Chip> chips = new ArrayList<>();
        for (Chip chip : Chip.values()) {
            for (boolean ram : new boolean[] {true, false}) {
                Path file = folder.resolve(chip.model() + ram + ".bin");
                files.add(file);
                chips.add(chip);
                jobs.add(
                        ("{\"do\":\"write\",\"chip\":\"%s\",\"file\":\"%s\",\"version\":\"2.4.%d\","
                                        + "\"project\":\"小智\",\"secureVersion\":4000000000,"
                                        + "\"elfSha256\":\"%s\",\"data\":%d,\"code\":%d,"
                                        + "\"ram\":%b,\"hash\":%b}")
                                .formatted(
                                        chip.model(),
                                        file,
                                        chip.id(),
                                        "ab".repeat(32),
                                        5_000 + 4 * chip.id(),
                                        9_000 + 4 * chip.id(),
                                        ram,
                                        chip.id() % 2 == 0));
            }
        }
        List<Map<String, Object>> answers = esptool.answers(jobs);
        for (int i = 0; i < files.size(); i++) {
            Chip chip = chips.get(i);
            AppImage image = Images.accepted(Files.readAllBytes(files.get(i)));
            assertThat(image.chip()).isEqualTo(chip);
            Description description = image.description();
            assertThat(description.version().toString()).isEqualTo("2.4." + chip.id());
            assertThat(description.project()).isEqualTo("小智");
            assertThat(description.idfVersion()).isEqualTo("v5.4.1");
            assertThat(description.compileTime()).isEqualTo("Aug  6 2026T12:34:56Z");
            assertThat(description.secureVersion()).isEqualTo(4_000_000_000L);
            assertThat(description.elfSha256()).isEqualTo("ab".repeat(32));
            assertThat(image.file().hashAppended()).isEqualTo(chip.id() % 2 == 0);
            assertThat(image.file().sha256()).isEqualTo(answers.get(i).get("sha256"));
            assertThat(image.file().size()).isEqualTo(Esptool.number(answers.get(i).get("length")));
            assertThat(image.segments())
                    .hasSize((int) Esptool.number(answers.get(i).get("segments")));
        }
    }

    /** Whether esptool-js reached the end and found everything in order. */
    private static boolean sound(Map<String, Object> theirs, byte[] file) {
        // It does not treat a missing checksum as an error.
        return theirs.containsKey("checksum")
                && theirs.get("checksum").equals(theirs.get("computedChecksum"))
                && (theirs.get("hashAppended").equals(false)
                        || (theirs.get("hash").equals(theirs.get("computedHash"))
                                && Esptool.number(theirs.get("length")) == file.length));
    }

    private Path save(byte[] file) throws IOException {
        return Files.write(Files.createTempFile(folder, "image", ".bin"), file);
    }
}
