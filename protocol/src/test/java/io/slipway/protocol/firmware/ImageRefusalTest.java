package io.slipway.protocol.firmware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.protocol.firmware.ImageRefusal.Fault;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageRefusalTest {

    private static final byte[] GOOD = new ImageWriter(Chip.ESP32S3).version("2.4.2").bytes();
    private static final int LAST = GOOD.length - 1;

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] versioned(String version) {
        return new ImageWriter(Chip.ESP32S3).version(version).bytes();
    }

    /** A file for each reason. */
    static Map<Fault, byte[]> examples() {
        Map<Fault, byte[]> files = new EnumMap<>(Fault.class);
        files.put(Fault.EMPTY, new byte[0]);
        files.put(Fault.TOO_LARGE, Images.join(new byte[] {(byte) 0xe9}, new byte[1]));
        files.put(Fault.NOT_AN_IMAGE, ascii("<html>not found</html>"));
        files.put(Fault.ELF, ascii("\u007fELF\1\1\1"));
        files.put(Fault.ARCHIVE, ascii("PK\3\4merged-binary.bin"));
        files.put(Fault.MERGED, Images.merged(0));
        files.put(Fault.BOOTLOADER, Images.bootloader());
        files.put(Fault.NO_DESCRIPTION, Images.reseal(Images.with(GOOD, 32, 0)));
        files.put(Fault.SEGMENT_COUNT, Images.with(GOOD, 1, 17));
        files.put(Fault.HASH_FLAG, Images.with(GOOD, 23, 2));
        files.put(Fault.SEGMENT_LENGTH, Images.with(GOOD, 28, 1));
        files.put(Fault.TRUNCATED, Arrays.copyOf(GOOD, LAST));
        files.put(Fault.CHECKSUM, Images.with(GOOD, 700, GOOD[700] ^ 1));
        files.put(Fault.HASH, Images.with(GOOD, LAST, GOOD[LAST] ^ 1));
        files.put(Fault.TRAILING, Arrays.copyOf(GOOD, GOOD.length + 1));
        files.put(Fault.SIGNATURE_V1, Arrays.copyOf(GOOD, GOOD.length + 68));
        byte[] scheme = Images.join(GOOD, sector(9));
        files.put(Fault.SIGNATURE_SCHEME, scheme);
        files.put(Fault.SIGNATURE_DAMAGED, Images.with(scheme, GOOD.length + 99, 1));
        files.put(Fault.SIGNATURE_WRONG, Images.join(GOOD, sector(2)));
        files.put(Fault.UNKNOWN_CHIP, Images.reseal(Images.with(GOOD, 12, 77)));
        files.put(Fault.SEGMENT_ADDRESS, Images.reseal(Images.with(GOOD, 24, 0x24)));
        files.put(Fault.TEXT, Images.reseal(Images.with(GOOD, 80, 0xff)));
        files.put(Fault.VERSION, versioned("2.4.2-dirty"));
        files.put(Fault.NO_ELF_HASH, zeroElf());
        return files;
    }

    private static byte[] zeroElf() {
        return new ImageWriter(Chip.ESP32S3).elfSha256("0".repeat(64)).bytes();
    }

    /** A signature sector with a right CRC and nothing else. */
    private static byte[] sector(int version) {
        byte[] sector = Images.filled(4096, 0xff);
        Arrays.fill(sector, 0, 1216, (byte) 0);
        sector[0] = (byte) 0xe7;
        sector[1] = (byte) version;
        CRC32 crc = new CRC32();
        crc.update(sector, 0, 1196);
        Bytes.putU32(sector, 1196, crc.getValue());
        return sector;
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void everyReasonIsReachedAndGivenInTwoLanguages(Fault reason) throws IOException {
        if (ReleaseFileTest.reasons().contains(reason)) {
            return;
        }
        byte[] file = examples().get(reason);
        assertThat(file).as("an example of %s", reason).isNotNull();
        long limit = reason == Fault.TOO_LARGE ? 1 : Images.LIMIT;
        Inspection seen = ImageReader.read(new ByteArrayInputStream(file), limit);
        assertThat(seen).isInstanceOf(Inspection.RefusedFile.class);
        ImageRefusal refusal = ((Inspection.RefusedFile) seen).refusal();
        assertThat(refusal.reason()).isEqualTo(reason);
        assertThat(refusal.zh()).matches("(?s).*[\\u4e00-\\u9fff].*").doesNotContain("%");
        assertThat(refusal.en()).matches("[A-Z][ -~]+").doesNotContain("%");
    }

    @Test
    void theExampleItselfIsGood() {
        Images.accepted(GOOD);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "1.",
                ".1",
                "1..2",
                "v1.2",
                "1.2-rc1",
                " 1.2",
                "1.2147483648",
                "+1",
                "１.２"
            })
    void versionsThatHurtDevicesAreRefused(String version) {
        assertThat(Images.refused(versioned(version)).reason()).isEqualTo(Fault.VERSION);
    }

    /** A device would read on into the next field and report a version that nobody uploaded. */
    @Test
    void aVersionWithoutItsEndIsRefused() {
        byte[] image = GOOD.clone();
        Arrays.fill(image, 48, 80, (byte) '1');
        assertThat(Images.refused(Images.reseal(image)).reason()).isEqualTo(Fault.TEXT);
        image[79] = 0;
        assertThat(Images.refused(Images.reseal(image)).reason()).isEqualTo(Fault.VERSION);
    }

    @ParameterizedTest
    @ValueSource(ints = {48, 80, 112, 128, 144})
    void textsMustBePrintableUtf8(int field) {
        for (int[] bad : new int[][] {{0x80}, {0x1b}, {0x7f}, {0xe2, 0x80, 0xae}, {0xc0, 0xaf}}) {
            byte[] image = Images.with(GOOD, field, bad);
            assertThat(Images.refused(Images.reseal(image)).reason()).isEqualTo(Fault.TEXT);
        }
    }

    /** CONFIG_APP_REPRODUCIBLE_BUILD leaves out the time, other settings the names. */
    @Test
    void emptyTextsAreFine() {
        byte[] image =
                new ImageWriter(Chip.ESP32C3).project("").idfVersion("").compiled("", "").bytes();
        assertThat(Images.accepted(image).description().compileTime()).isEqualTo("TZ");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 0x1000, 0x2000})
    void mergedImagesAreRecognisedWhereverTheBootloaderIs(int at) {
        assertThat(Images.refused(Images.merged(at)).reason()).isEqualTo(Fault.MERGED);
    }

    @Test
    void olderBootloadersHaveNoDescription() {
        assertThat(Images.refused(Images.oldBootloader()).reason()).isEqualTo(Fault.BOOTLOADER);
    }

    @Test
    void erasedFlashAndNoiseAreNoImages() {
        assertThat(Images.refused(Images.filled(300_000, 0xff)).reason())
                .isEqualTo(Fault.NOT_AN_IMAGE);
        assertThat(Images.refused(new byte[300_000]).reason()).isEqualTo(Fault.NOT_AN_IMAGE);
        byte[] encrypted = new byte[100_000];
        new Random(2).nextBytes(encrypted);
        assertThat(Images.refused(encrypted).reason()).isEqualTo(Fault.NOT_AN_IMAGE);
    }

    /**
     * The bootloader maps pages of flash: address and position in the file are congruent modulo the
     * page size.
     */
    @Test
    void mappedSegmentsMustLieOnTheirPage() {
        byte[] c6 = new ImageWriter(Chip.ESP32C6).segments(1).bytes();
        // Off by 8 KiB: wrong with pages of 64 KiB, right if the image declares pages of 8.
        byte[] moved = Images.reseal(Images.with(c6, 25, 0x20));
        assertThat(Images.refused(moved).reason()).isEqualTo(Fault.SEGMENT_ADDRESS);
        Images.accepted(Images.reseal(Images.with(moved, 32 + 180, 13)));
        Images.accepted(Images.reseal(Images.with(moved, 32 + 180, 0)));
        byte[] s3 = Images.with(new ImageWriter(Chip.ESP32S3).segments(1).bytes(), 25, 0x20);
        byte[] claimed = Images.reseal(Images.with(s3, 32 + 180, 13));
        assertThat(Images.refused(claimed).reason()).isEqualTo(Fault.SEGMENT_ADDRESS);
    }

    @Test
    void aSegmentMustNotWrapAround() {
        byte[] image = new ImageWriter(Chip.ESP32S3).segments(2).bytes();
        int address = (int) Images.accepted(image).segments().get(1).offset() - 8;
        byte[] wrapped = Images.with(image, address, 0xfc, 0xff, 0xff, 0xff);
        assertThat(Images.refused(Images.reseal(wrapped)).reason())
                .isEqualTo(Fault.SEGMENT_ADDRESS);
    }

    @Test
    void aBrokenStreamIsNotABadImage() throws IOException {
        InputStream broken = InputStream.nullInputStream();
        broken.close();
        assertThatThrownBy(() -> ImageReader.read(broken, 100)).isInstanceOf(IOException.class);
    }
}
