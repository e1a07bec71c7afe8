package io.slipway.protocol.firmware;

import io.slipway.protocol.firmware.ImageRefusal.Fault;
import io.slipway.protocol.firmware.ImageSource.Stop;
import java.io.IOException;
import java.util.Arrays;

/**
 * Identifies files that are not application images. People mix up the files of a release, so the
 * common kinds are recognised.
 */
final class OtherFileKind {

    // A partition table starts at a multiple of 4 KiB, by default at 32 KiB, far below this.
    static final int SCAN = 128 * 1024;
    private static final int SECTOR = 4096;

    private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};
    private static final byte[][] ARCHIVES = {
        {'P', 'K', 3, 4},
        {0x1f, (byte) 0x8b},
        {'7', 'z', (byte) 0xbc, (byte) 0xaf},
        {(byte) 0xfd, '7', 'z', 'X', 'Z'},
        {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd},
        {'B', 'Z', 'h'},
        {'R', 'a', 'r', '!'},
    };

    // esp_bootloader_desc_t: one byte of magic, and the ESP-IDF version at offset 8.
    private static final int BOOTLOADER_MAGIC = 0x50;

    private OtherFileKind() {}

    /**
     * @param head the file's first bytes, all of them if it is short
     * @param source what comes after them
     */
    static Stop tell(byte[] head, int length, ImageSource source) throws IOException, Stop {
        if (starts(head, length, ELF)) {
            return new Stop(Fault.ELF);
        }
        for (byte[] archive : ARCHIVES) {
            if (starts(head, length, archive)) {
                return new Stop(Fault.ARCHIVE);
            }
        }
        int first = Bytes.u8(head, 0);
        boolean image = first == ImageReader.MAGIC;
        // A merged image begins with the bootloader or, if that has a higher offset, with a gap.
        if (image || first == 0xff || first == 0) {
            byte[] more = Arrays.copyOf(head, SCAN);
            int count = length + source.read(more, length, SCAN - length);
            if (partitionTable(more, count) >= 0) {
                return new Stop(Fault.MERGED);
            }
        }
        if (!image) {
            return new Stop(Fault.NOT_AN_IMAGE, first);
        }
        return new Stop(isBootloader(head, length) ? Fault.BOOTLOADER : Fault.NO_DESCRIPTION);
    }

    private static boolean starts(byte[] head, int length, byte[] with) {
        return length >= with.length && Arrays.equals(head, 0, with.length, with, 0, with.length);
    }

    /** Where a partition table begins; negative if there is none. */
    static int partitionTable(byte[] bytes, int count) {
        int entry = PartitionTable.ENTRY;
        for (int at = SECTOR; at + entry + 2 <= count; at += SECTOR) {
            // Two entries, or one followed by the digest or the blank flash that ends the table.
            int next = Bytes.u16(bytes, at + entry);
            if (Bytes.u16(bytes, at) == PartitionTable.MAGIC
                    && (next == PartitionTable.MAGIC
                            || next == PartitionTable.DIGEST_MAGIC
                            || next == PartitionTable.BLANK)) {
                return at;
            }
        }
        return -1;
    }

    private static boolean isBootloader(byte[] head, int length) {
        if (length < ImageReader.HEAD) {
            return false;
        }
        if (Bytes.u8(head, 32) == BOOTLOADER_MAGIC && head[40] == 'v') {
            return true;
        }
        // Older ones have no description. An application begins with mapped flash, a bootloader
        // never does.
        return Chip.byId(Bytes.u16(head, ImageReader.CHIP))
                .filter(chip -> !chip.maps(Bytes.u32(head, ImageReader.HEADER)))
                .isPresent();
    }
}
