package io.slipway.firmware;

import io.slipway.protocol.firmware.Chip;
import io.slipway.protocol.firmware.ImageRefusal.Fault;
import io.slipway.protocol.firmware.ImageWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.zip.CRC32;

/** Invalid firmware files, one for each reason. */
final class BadFirmwareFiles {

    private static final byte[] GOOD = new ImageWriter(Chip.ESP32S3).version("2.4.2").bytes();
    private static final int LAST = GOOD.length - 1;

    private BadFirmwareFiles() {}

    static Map<Fault, byte[]> files() {
        Map<Fault, byte[]> files = new EnumMap<>(Fault.class);
        files.put(Fault.NOT_AN_IMAGE, ascii("<html>not found</html>"));
        files.put(Fault.ELF, ascii("\u007fELF\1\1\1"));
        files.put(Fault.ARCHIVE, ascii("7z\u00bc\u00af"));
        files.put(Fault.ZIP_DAMAGED, ascii("PK\3\4merged-binary.bin"));
        files.put(Fault.MERGED_TABLE, merged());
        files.put(Fault.BOOTLOADER, bootloader());
        files.put(Fault.NO_DESCRIPTION, resealed(with(32, 0)));
        files.put(Fault.SEGMENT_COUNT, with(1, 17));
        files.put(Fault.HASH_FLAG, with(23, 2));
        files.put(Fault.SEGMENT_LENGTH, with(28, 1));
        files.put(Fault.TRUNCATED, Arrays.copyOf(GOOD, LAST));
        files.put(Fault.CHECKSUM, with(700, GOOD[700] ^ 1));
        files.put(Fault.HASH, with(LAST, GOOD[LAST] ^ 1));
        files.put(Fault.TRAILING, Arrays.copyOf(GOOD, GOOD.length + 1));
        files.put(Fault.SIGNATURE_V1, Arrays.copyOf(GOOD, GOOD.length + 68));
        files.put(Fault.SIGNATURE_SCHEME, join(GOOD, signature(9)));
        byte[] damaged = signature(2);
        damaged[99] = 1;
        files.put(Fault.SIGNATURE_DAMAGED, join(GOOD, damaged));
        files.put(Fault.SIGNATURE_WRONG, join(GOOD, signature(2)));
        files.put(Fault.UNKNOWN_CHIP, resealed(with(12, 77)));
        files.put(Fault.SEGMENT_ADDRESS, resealed(with(24, 0x24)));
        files.put(Fault.TEXT, resealed(with(80, 0xff)));
        files.put(Fault.VERSION, new ImageWriter(Chip.ESP32S3).version("2.4.2-dirty").bytes());
        files.put(
                Fault.NO_ELF_HASH, new ImageWriter(Chip.ESP32S3).elfSha256("0".repeat(64)).bytes());
        return files;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] with(int at, int value) {
        byte[] changed = GOOD.clone();
        changed[at] = (byte) value;
        return changed;
    }

    private static byte[] join(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    private static byte[] filled(int length) {
        byte[] erased = new byte[length];
        Arrays.fill(erased, (byte) 0xff);
        return erased;
    }

    private static byte[] bootloader() {
        byte[] image = new ImageWriter(Chip.ESP32S3).size(20_000).bytes();
        Arrays.fill(image, 32, 288, (byte) 0);
        image[32] = 0x50;
        System.arraycopy(ascii("v5.4"), 0, image, 40, 4);
        return resealed(image);
    }

    private static byte[] merged() {
        byte[] boot = bootloader();
        byte[] table = filled(0x8000);
        for (int entry = 0; entry < 5; entry++) {
            table[entry * 32] = (byte) 0xaa;
            table[entry * 32 + 1] = 0x50;
        }
        return join(join(join(boot, filled(0x8000 - boot.length)), table), GOOD);
    }

    private static byte[] signature(int version) {
        byte[] sector = filled(4096);
        Arrays.fill(sector, 0, 1216, (byte) 0);
        sector[0] = (byte) 0xe7;
        sector[1] = (byte) version;
        var crc = new CRC32();
        crc.update(sector, 0, 1196);
        ByteBuffer.wrap(sector).order(ByteOrder.LITTLE_ENDIAN).putInt(1196, (int) crc.getValue());
        return sector;
    }

    /** With recomputed checksum and hash. */
    static byte[] resealed(byte[] image) {
        byte[] sealed = image.clone();
        ByteBuffer in = ByteBuffer.wrap(sealed).order(ByteOrder.LITTLE_ENDIAN);
        int at = 24;
        int checksum = 0xef;
        for (int i = 0; i < sealed[1]; i++) {
            int length = in.getInt(at + 4);
            at += 8;
            for (int j = at; j < at + length; j++) {
                checksum ^= sealed[j];
            }
            at += length;
        }
        int end = at / 16 * 16 + 16;
        sealed[end - 1] = (byte) checksum;
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(Arrays.copyOf(sealed, end));
            System.arraycopy(hash, 0, sealed, end, hash.length);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
        return sealed;
    }
}
