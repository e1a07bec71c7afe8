package io.slipway.protocol.firmware;

import static io.slipway.protocol.firmware.MergedWriter.APP;
import static io.slipway.protocol.firmware.MergedWriter.DATA;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.protocol.firmware.ImageRefusal.Fault;
import io.slipway.protocol.firmware.Releases.Taken;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReleaseFileTest {

    private static final byte[] IMAGE = image("2.4.2", 8 * 1024);
    private static final byte[] MERGED = MergedWriter.release(Chip.ESP32S3, IMAGE).bytes();
    private static final byte[] NONE = new byte[0];

    /** A number in erased OTA data. */
    private static final int NEVER = -1;

    private static byte[] image(String version, int size) {
        return new ImageWriter(Chip.ESP32S3)
                .version(version)
                .size(size)
                .constants("\0https://ota.test/xiaozhi/ota/\0".getBytes(StandardCharsets.UTF_8))
                .bytes();
    }

    /** A table of which little is in the file, so that it can be damaged byte by byte. */
    private static MergedWriter small(byte[] app) {
        return new MergedWriter(Chip.ESP32S3)
                .from(0x7000)
                .bootloaderAt(0x7000)
                .partition(DATA, 0, 0x9000, 0x1000, "otadata", NONE)
                .partition(APP, 0x10, 0xa000, 0x1000, "ota_0", app);
    }

    private static void isImage(Taken taken, byte[] image) {
        assertThat(taken.bytes()).isEqualTo(image);
        assertThat(taken.image()).isEqualTo(Images.accepted(image));
        String sha256 = HexFormat.of().formatHex(ImageSource.sha256().digest(image));
        assertThat(taken.image().file().sha256()).isEqualTo(sha256);
        assertThat(taken.image().file().size()).isEqualTo(image.length);
    }

    @Test
    void anImageIsTakenAsItIs() {
        Taken taken = Releases.taken(IMAGE);
        isImage(taken, IMAGE);
        assertThat(taken.extraction()).isNull();
    }

    @Test
    void theImageIsCutOutOfAMergedOne() {
        Taken taken = Releases.taken(MERGED);
        isImage(taken, IMAGE);
        assertThat(taken.extraction()).isEqualTo(new Extraction("", "ota_0", 0x20000, List.of()));
        assertThat(taken.image().addresses()).extracting(OtaAddress::host).containsOnly("ota.test");
    }

    @Test
    void theImageIsTakenOutOfAZip() {
        Taken plain = Releases.taken(Releases.zip("v2/", NONE, "v2/xiaozhi.bin", IMAGE));
        isImage(plain, IMAGE);
        assertThat(plain.extraction())
                .isEqualTo(new Extraction("v2/xiaozhi.bin", "", 0, List.of()));
        Taken merged = Releases.taken(Releases.zip("merged-binary.bin", MERGED));
        isImage(merged, IMAGE);
        assertThat(merged.extraction())
                .isEqualTo(new Extraction("merged-binary.bin", "ota_0", 0x20000, List.of()));
    }

    /** What a build folder contains besides, and what macOS adds. */
    @Test
    void otherFilesInTheZipAreIgnored() {
        byte[] zip =
                Releases.zip(
                        "bootloader/bootloader.bin",
                        Images.bootloader(),
                        "partition_table/partition-table.bin",
                        Arrays.copyOfRange(MERGED, 0x8000, 0x8c00),
                        "ota_data_initial.bin",
                        Images.filled(0x2000, 0xff),
                        "xiaozhi.elf",
                        new byte[] {0x7f, 'E', 'L', 'F'},
                        "__MACOSX/._xiaozhi.bin",
                        IMAGE,
                        "source.zip",
                        Releases.zip("a.bin", IMAGE),
                        "build/xiaozhi.BIN",
                        IMAGE);
        assertThat(Releases.taken(zip).extraction().zipEntry()).isEqualTo("build/xiaozhi.BIN");
    }

    @Test
    void whatIsDroppedIsNamed() {
        byte[] merged =
                new MergedWriter(Chip.ESP32)
                        .bootloaderAt(0x1000)
                        .partition(DATA, 2, 0x9000, 0x4000, "nvs", new byte[] {1})
                        .partition(APP, 0, 0x10000, 0x10000, "factory", IMAGE)
                        .partition(DATA, 0x82, 0x20000, 0x10000, "assets", new byte[] {0, 1})
                        .bytes();
        Taken taken = Releases.taken(merged);
        isImage(taken, IMAGE);
        assertThat(taken.extraction())
                .isEqualTo(new Extraction("", "factory", 0x10000, List.of("nvs", "assets")));
    }

    /** Files that begin with the bootloader, where that is not at the flash's beginning. */
    @ParameterizedTest
    @ValueSource(ints = {0x1000, 0x2000})
    void filesMayBeginWithTheBootloader(int at) {
        byte[] merged = MergedWriter.release(Chip.ESP32, IMAGE).bootloaderAt(at).from(at).bytes();
        Taken taken = Releases.taken(merged);
        isImage(taken, IMAGE);
        assertThat(taken.extraction().offset()).isEqualTo(0x20000 - at);
    }

    @Test
    void tablesMayBeMovedAndHaveNoDigest() {
        byte[] merged =
                new MergedWriter(Chip.ESP32S3)
                        .tableAt(0x10000)
                        .digest(false)
                        .partition(APP, 0, 0x20000, 0x10000, "factory", IMAGE)
                        .bytes();
        isImage(Releases.taken(merged), IMAGE);
    }

    @Test
    void theSlotIsTheOneThatWouldBoot() {
        byte[] other = image("2.4.3", 4 * 1024);
        // Erased OTA data: the factory's, else the first slot.
        assertThat(booted(NONE, NONE, IMAGE, other)).isEqualTo("ota_0");
        assertThat(booted(NONE, IMAGE, other, other)).isEqualTo("factory");
        // The higher valid number counts: 2 is the second of two slots, 3 the first again.
        assertThat(booted(otaData(1, 2), IMAGE, IMAGE, other)).isEqualTo("ota_1");
        assertThat(booted(otaData(3, 2), IMAGE, IMAGE, other)).isEqualTo("ota_0");
        byte[] damaged = otaData(1, 2);
        damaged[0x1000 + 28]++;
        assertThat(booted(damaged, IMAGE, IMAGE, other)).isEqualTo("ota_0");
        byte[] aborted = otaData(1, 2);
        Bytes.putU32(aborted, 0x1000 + 24, 4);
        assertThat(booted(aborted, IMAGE, IMAGE, other)).isEqualTo("ota_0");
        // An empty one is skipped: downwards to the factory's first, then upwards.
        assertThat(booted(otaData(1, 2), IMAGE, NONE, NONE)).isEqualTo("factory");
        assertThat(booted(otaData(1, NEVER), NONE, NONE, IMAGE)).isEqualTo("ota_1");
        assertThat(booted(otaData(1, 2), NONE, IMAGE, NONE)).isEqualTo("ota_0");
        assertThat(booted(NONE, NONE, NONE, IMAGE)).isEqualTo("ota_1");
    }

    private static String booted(byte[] otaData, byte[] factory, byte[] first, byte[] second) {
        return Releases.taken(slots(otaData, factory, first, second)).extraction().partition();
    }

    private static byte[] slots(byte[] otaData, byte[] factory, byte[] first, byte[] second) {
        return new MergedWriter(Chip.ESP32S3)
                .partition(DATA, 0, 0xd000, 0x2000, "otadata", otaData)
                .partition(APP, 0, 0x10000, 0x10000, "factory", factory)
                // Not in the order of their numbers.
                .partition(APP, 0x11, 0x20000, 0x10000, "ota_1", second)
                .partition(APP, 0x10, 0x30000, 0x10000, "ota_0", first)
                .bytes();
    }

    private static byte[] otaData(int first, int second) {
        byte[] data = Images.filled(0x2000, 0xff);
        Bytes.putU32(data, 0, first);
        Bytes.putU32(data, 28, MergedImage.crc(first));
        Bytes.putU32(data, 0x1000, second);
        Bytes.putU32(data, 0x1000 + 28, MergedImage.crc(second));
        return data;
    }

    /** As otatool.py and every device write them. */
    @Test
    void otaDataHaveTheChecksumOfEspIdf() {
        assertThat(MergedImage.crc(1)).isEqualTo(0x4743989aL);
        assertThat(MergedImage.crc(2)).isEqualTo(0x55f63774L);
    }

    /** After an older, longer image, flash is not erased up to the next partition. */
    @Test
    void whatFollowsTheImageInItsPartitionIsDropped() {
        byte[] rest = new byte[5_000];
        new Random(4).nextBytes(rest);
        for (byte[] after : List.of(rest, new byte[5_000])) {
            byte[] merged = MergedWriter.release(Chip.ESP32S3, Images.join(IMAGE, after)).bytes();
            isImage(Releases.taken(merged), IMAGE);
        }
    }

    /** A file for each reason that only a merged image or a zip can have. */
    static Map<Fault, byte[]> examples() {
        Map<Fault, byte[]> files = new EnumMap<>(Fault.class);
        byte[] zip = Releases.zip("xiaozhi.bin", IMAGE);
        files.put(Fault.ZIP_DAMAGED, Arrays.copyOf(zip, zip.length - 1));
        files.put(Fault.ZIP64, Images.with(zip, zip.length - 12, 0xff, 0xff));
        int central = (int) Bytes.u32(zip, zip.length - 6);
        files.put(Fault.ZIP_ENCRYPTED, Images.with(zip, central + 8, 1));
        files.put(Fault.ZIP_METHOD, Images.with(zip, central + 10, 14));
        Object[] many = new Object[2 * 1_001];
        for (int i = 0; i < many.length; i += 2) {
            many[i] = i + ".txt";
            many[i + 1] = NONE;
        }
        files.put(Fault.ZIP_ENTRIES, Releases.zip(many));
        files.put(Fault.ZIP_NESTED, Releases.zip("v2.zip", zip));
        files.put(Fault.ZIP_NONE, Releases.zip("readme.md", NONE, "b.bin", Images.bootloader()));
        files.put(Fault.ZIP_SEVERAL, Releases.zip("a.bin", IMAGE, "b.bin", MERGED));
        files.put(Fault.MERGED_TABLE, Images.with(MERGED, 0x8020 + 4, 1));
        files.put(Fault.MERGED_EMPTY, MergedWriter.release(Chip.ESP32S3, new byte[] {1}).bytes());
        files.put(
                Fault.MERGED_OVERRUN,
                new MergedWriter(Chip.ESP32S3)
                        .partition(APP, 0, 0x10000, 0x1000, "factory", image("1.0", 0x1010))
                        .bytes());
        return files;
    }

    static List<Fault> reasons() {
        return List.copyOf(examples().keySet());
    }

    @ParameterizedTest
    @MethodSource("reasons")
    void everyReasonIsGivenInTwoLanguages(Fault reason) {
        ImageRefusal refusal = Releases.refused(examples().get(reason));
        assertThat(refusal.reason()).isEqualTo(reason);
        assertThat(refusal.zh()).matches("(?s).*[\\u4e00-\\u9fff].*").doesNotContain("%");
        assertThat(refusal.en()).matches("[A-Za-z][ -~]+").doesNotContain("%");
    }

    /** Alone, in a merged image and in a zip, an invalid image is refused for the same reason. */
    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"CHECKSUM", "HASH", "VERSION", "UNKNOWN_CHIP", "SEGMENT_COUNT"})
    void whatIsWrongWithTheImageIsSaid(Fault reason) {
        byte[] bad = ImageRefusalTest.examples().get(reason);
        byte[] merged = MergedWriter.release(Chip.ESP32S3, bad).bytes();
        assertThat(Releases.refused(bad).reason()).isEqualTo(reason);
        assertThat(Releases.refused(merged).reason()).isEqualTo(reason);
        assertThat(Releases.refused(Releases.zip("a.bin", merged)).reason()).isEqualTo(reason);
    }

    @Test
    void namesInErrorsAreShortAndWithoutControlCharacters() {
        String endless = "x".repeat(500) + "\u001b[31m\u202e\n.bin";
        ImageRefusal several =
                Releases.refused(Releases.zip("../../etc/a.bin", IMAGE, endless, IMAGE));
        assertThat(several.en()).contains("../../etc/a.bin").hasSizeLessThan(250);
        assertThat(several.en().codePoints()).noneMatch(Character::isISOControl);
        assertThat(several.en()).doesNotContain("\u202e");
    }

    @Test
    void aZipInflatesToTheLimitOnly() {
        byte[] zip = Releases.zip("a.bin", MergedWriter.release(Chip.ESP32S3, IMAGE).bytes());
        assertThat(zip.length).isLessThan(50_000);
        assertThat(((Inspection.RefusedFile) Releases.read(zip, 100_000)).refusal().reason())
                .isEqualTo(Fault.TOO_LARGE);
        // A directory that declares less than there is.
        int central = (int) Bytes.u32(zip, zip.length - 6);
        byte[] lies = Images.with(zip, central + 24, 0, 0, 1, 0);
        assertThat(Releases.refused(lies).reason()).isEqualTo(Fault.ZIP_DAMAGED);
    }

    /** With a digest, each changed bit of the table is noticed. */
    @Test
    void damagedTablesNeitherPassNorThrow() {
        byte[] app = image("2.4.2", 0x400);
        byte[] merged = small(app).bytes();
        isImage(Releases.taken(merged), app);
        for (int at = 0x1000; at < 0x1060; at++) {
            if (at == 0x1042) {
                // What is between the digest's magic number and the digest means nothing.
                at = 0x1050;
            }
            for (int bit = 0; bit < 8; bit++) {
                byte[] damaged = Images.with(merged, at, merged[at] ^ 1 << bit);
                assertThat(Releases.read(damaged, Images.LIMIT))
                        .as("byte %x", at)
                        .isInstanceOf(Inspection.RefusedFile.class);
            }
        }
    }

    /** Without one, what is taken is a verified image all the same. */
    @Test
    void damagedTablesWithoutADigestLeadToTheImageOrNowhere() {
        byte[] app = image("2.4.2", 0x400);
        byte[] merged = small(app).digest(false).bytes();
        Random random = new Random(11);
        int found = 0;
        for (int i = 0; i < 4_000; i++) {
            byte[] damaged = merged.clone();
            for (int changes = random.nextInt(1, 6); changes > 0; changes--) {
                damaged[0x1000 + random.nextInt(0x60)] = (byte) random.nextInt(256);
            }
            if (Releases.read(damaged, Images.LIMIT) instanceof Inspection.AcceptedImage) {
                isImage(Releases.taken(damaged), app);
                found++;
            }
        }
        assertThat(found).isBetween(20, 3_900);
    }

    @Test
    void damagedZipsLeadToTheImageOrNowhere() {
        byte[] app = image("2.4.2", 0x400);
        byte[] zip = Releases.zip("a.txt", new byte[100], "xiaozhi.bin", small(app).bytes());
        Random random = new Random(12);
        int found = 0;
        for (int i = 0; i < 4_000; i++) {
            byte[] damaged = Arrays.copyOf(zip, zip.length - random.nextInt(8) / 7);
            for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            if (Releases.read(damaged, Images.LIMIT) instanceof Inspection.AcceptedImage) {
                isImage(Releases.taken(damaged), app);
                found++;
            }
        }
        assertThat(found).isBetween(20, 3_900);
    }

    @Test
    void everyCutIsNoticed() {
        byte[] merged = small(image("2.4.2", 0x400)).bytes();
        byte[] zip = Releases.zip("xiaozhi.bin", merged);
        for (byte[] file : List.of(merged, zip)) {
            for (int k = 0; k < file.length; k += k < 0x1000 ? 97 : 3) {
                Releases.refused(Arrays.copyOf(file, k));
            }
        }
    }
}
