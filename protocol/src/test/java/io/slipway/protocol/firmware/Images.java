package io.slipway.protocol.firmware;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.protocol.firmware.Inspection.AcceptedImage;
import io.slipway.protocol.firmware.Inspection.RefusedFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;

/** Reads images in memory, and makes files that are almost images. */
final class Images {

    static final long LIMIT = 32L << 20;

    private Images() {}

    static Inspection read(byte[] file) {
        return read(file, LIMIT);
    }

    static Inspection read(byte[] file, long limit) {
        try {
            return ImageReader.read(new ByteArrayInputStream(file), limit);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static AppImage accepted(byte[] file) {
        assertThat(read(file)).isInstanceOf(AcceptedImage.class);
        return ((AcceptedImage) read(file)).image();
    }

    static ImageRefusal refused(byte[] file) {
        assertThat(read(file)).isInstanceOf(RefusedFile.class);
        return ((RefusedFile) read(file)).refusal();
    }

    static byte[] with(byte[] image, int at, int... bytes) {
        byte[] changed = image.clone();
        for (int i = 0; i < bytes.length; i++) {
            changed[at + i] = (byte) bytes[i];
        }
        return changed;
    }

    /** Recomputes checksum and hash after a change that did not affect the lengths. */
    static byte[] reseal(byte[] image) {
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
        if (sealed[23] == 1) {
            byte[] hash = ImageSource.sha256().digest(Arrays.copyOf(sealed, end));
            System.arraycopy(hash, 0, sealed, end, hash.length);
        }
        return sealed;
    }

    static byte[] join(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }

    static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    /** A bootloader as ESP-IDF 5.2 and newer build it, with a description of its own. */
    static byte[] bootloader() {
        byte[] image = new ImageWriter(Chip.ESP32S3).size(20_000).bytes();
        byte[] description = new byte[256];
        description[0] = 0x50;
        byte[] idf = {'v', '5', '.', '4'};
        System.arraycopy(idf, 0, description, 8, idf.length);
        System.arraycopy(description, 0, image, 32, description.length);
        return reseal(image);
    }

    /** An older one: code for RAM from the first segment on. */
    static byte[] oldBootloader() {
        byte[] image = new ImageWriter(Chip.ESP32S3).size(20_000).bytes();
        byte[] code = new byte[256];
        new Random(1).nextBytes(code);
        System.arraycopy(code, 0, image, 32, code.length);
        // 0x3fcd0000
        return reseal(with(image, 24, 0, 0, 0xcd, 0x3f));
    }

    /** The result of esptool's merge_bin for a release, from flash offset 0 on. */
    static byte[] merged(int bootloaderAt) {
        byte[] boot = bootloader();
        byte[] table = filled(0xc00, 0xff);
        for (int entry = 0; entry < 5; entry++) {
            table[entry * 32] = (byte) 0xaa;
            table[entry * 32 + 1] = 0x50;
        }
        int gap = 0x8000 - bootloaderAt - boot.length;
        return join(
                filled(bootloaderAt, 0xff),
                boot,
                filled(gap, 0xff),
                table,
                filled(0x10000 - 0x8000 - table.length, 0xff),
                new ImageWriter(Chip.ESP32S3).bytes());
    }
}
