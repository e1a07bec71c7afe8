package io.slipway.protocol.firmware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.protocol.FirmwareVersion;
import io.slipway.protocol.firmware.Inspection.AcceptedImage;
import io.slipway.protocol.firmware.Inspection.RefusedFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ImageRoundTripTest {

    @Test
    void whatWasWrittenIsRead() throws Exception {
        Random random = new Random(4);
        List<Chip> chips = List.of(Chip.values());
        for (int i = 0; i < 2_000; i++) {
            Chip chip = chips.get(random.nextInt(chips.size()));
            String version = version(random);
            String project = text(random);
            String elf = HexFormat.of().toHexDigits(random.nextLong(1, Long.MAX_VALUE)).repeat(4);
            long secure = random.nextLong(1L << 32);
            int min = random.nextInt(1, 400);
            int max = random.nextInt(0, 0x10000);
            int segments = random.nextInt(1, 17);
            long size = random.nextLong(24 + 8 * 16 + 256 + 16 + 32, 100_000);
            boolean hash = random.nextBoolean();
            byte[] file =
                    new ImageWriter(chip)
                            .version(version)
                            .project(project)
                            .idfVersion("v6.0.1")
                            .compiled("Aug  6 2026", "12:34:56")
                            .elfSha256(elf)
                            .secureVersion(secure)
                            .revisions(min, max)
                            .segments(segments)
                            .size(size)
                            .hash(hash)
                            .seed(random.nextLong())
                            .bytes();
            AppImage image = Images.accepted(file);
            assertThat(image.chip()).isEqualTo(chip);
            Description description = image.description();
            assertThat(description.version().toString()).isEqualTo(version);
            assertThat(description.project()).isEqualTo(project);
            assertThat(description.idfVersion()).isEqualTo("v6.0.1");
            assertThat(description.compileTime()).isEqualTo("Aug  6 2026T12:34:56Z");
            assertThat(description.elfSha256()).isEqualTo(elf);
            assertThat(description.secureVersion()).isEqualTo(secure);
            assertThat(image.minRevision()).isEqualTo(min);
            assertThat(image.maxRevision()).isEqualTo(max == 0 ? AppImage.ANY_REVISION : max);
            assertThat(image.segments()).hasSize(segments);
            assertThat(image.file().hashAppended()).isEqualTo(hash);
            assertThat(image.file().signature()).isEqualTo(ImageSignature.NONE);
            assertThat(image.file().size()).isEqualTo(file.length).isBetween(size, size + 15);
            assertThat(image.file().sha256())
                    .isEqualTo(
                            HexFormat.of()
                                    .formatHex(MessageDigest.getInstance("SHA-256").digest(file)));
            long data = image.segments().stream().mapToLong(Segment::length).sum();
            assertThat(file.length - data - 24 - 8L * segments - (hash ? 32 : 0))
                    .isBetween(1L, 16L);
        }
    }

    @ParameterizedTest
    @EnumSource(Chip.class)
    void everyChipIsFoundByBothOfItsNames(Chip chip) {
        assertThat(Chip.byId(chip.id())).contains(chip);
        assertThat(Chip.byModel(chip.model())).contains(chip);
    }

    @Test
    void theSameSettingsGiveTheSameBytes() {
        byte[] first = new ImageWriter(Chip.ESP32S3).seed(7).bytes();
        assertThat(new ImageWriter(Chip.ESP32S3).seed(7).bytes()).isEqualTo(first);
        AppImage other = Images.accepted(new ImageWriter(Chip.ESP32S3).seed(8).bytes());
        assertThat(other.description().elfSha256())
                .isNotEqualTo(Images.accepted(first).description().elfSha256());
    }

    @Test
    void constantsFollowTheDescription() {
        byte[] text = "hello".getBytes(StandardCharsets.UTF_8);
        for (boolean hash : new boolean[] {true, false}) {
            byte[] file = new ImageWriter(Chip.ESP32C6).constants(text).hash(hash).bytes();
            Images.accepted(file);
            assertThat(Arrays.copyOfRange(file, 288, 293)).isEqualTo(text);
        }
        assertThatThrownBy(() ->
                        new ImageWriter(Chip.ESP32C3)
                                .size(600)
                                .segments(1)
                                .constants(new byte[400])
                                .bytes())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ImageWriter(Chip.ESP32C3).constants(new byte[4097]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** The largest upload, written and read through a file; and one byte over the limit. */
    @Test
    void largeImagesAreStreamed(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("large.bin");
        ImageWriter writer = new ImageWriter(Chip.ESP32P4).size(32L << 20).segments(5);
        try (OutputStream out = Files.newOutputStream(file)) {
            writer.write(out);
        }
        try (FileChannel channel = FileChannel.open(file)) {
            Inspection seen = ImageReader.read(channel, 32L << 20);
            assertThat(seen).isInstanceOf(AcceptedImage.class);
            assertThat(((AcceptedImage) seen).image().file().size()).isEqualTo(32L << 20);
        }
        try (FileChannel channel = FileChannel.open(file)) {
            Inspection seen = ImageReader.read(channel, (32L << 20) - 1);
            assertThat(((RefusedFile) seen).refusal().reason())
                    .isEqualTo(ImageRefusal.Fault.TOO_LARGE);
        }
    }

    @Test
    void olderImagesSayTheirRevisionInOneByte() {
        byte[] s3 = new ImageWriter(Chip.ESP32S3).revisions(0, 0).bytes();
        assertThat(Images.accepted(Images.reseal(Images.with(s3, 14, 2))).minRevision())
                .isEqualTo(200);
        byte[] c3 = new ImageWriter(Chip.ESP32C3).revisions(0, 0).bytes();
        AppImage image = Images.accepted(Images.reseal(Images.with(c3, 14, 3)));
        assertThat(image.minRevision()).isEqualTo(3);
        assertThat(image.maxRevision()).isEqualTo(AppImage.ANY_REVISION);
    }

    @Test
    void whatNoImageCanHoldIsNotWritten() {
        ImageWriter writer = new ImageWriter(Chip.ESP32C3);
        assertThatThrownBy(() -> writer.version("1".repeat(32)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writer.segments(17)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ImageWriter(Chip.ESP32C3).size(100).bytes())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ImageWriter(Chip.ESP32C3).segments(1).size(17 << 20).bytes())
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static String version(Random random) {
        StringBuilder version = new StringBuilder().append(random.nextInt(3));
        int more = random.nextInt(4);
        for (int i = 0; i < more; i++) {
            version.append('.').append(random.nextInt(random.nextBoolean() ? 20 : 9_999_999));
        }
        assertThat(FirmwareVersion.uploadable(version.toString())).isTrue();
        return version.toString();
    }

    private static String text(Random random) {
        return new String[] {"xiaozhi", "", "小智-固件", "a b", "x".repeat(31), "😀"}
                [random.nextInt(6)];
    }
}
