package io.slipway.protocol.firmware;

import io.slipway.protocol.firmware.ImageRefusal.Fault;
import io.slipway.protocol.firmware.ImageSource.Stop;
import io.slipway.protocol.firmware.PartitionTable.FlashPartition;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A merged image, as {@code esptool merge_bin} makes it for flashing by cable, or a copy of a
 * device's flash: bootloader, partition table, and partitions, each at its place.
 *
 * @param app the partition that a device would boot
 * @param at where that begins in the file
 * @param room how many bytes of it are in the file
 * @param dropped the labels of the other partitions with content, by offset
 */
record MergedImage(FlashPartition app, long at, long room, List<String> dropped) {

    /** Where the table is unless a project moves it. */
    private static final int TABLE = 0x8000;

    /** Two sectors, because the two copies of the OTA data are in one each. */
    private static final int PEEK = 0x2000;

    private static final int SECTOR = 0x1000;

    // esp_ota_select_entry_t: a sequence number, a label, the state, a CRC of the number.
    private static final int OTA_STATE = 24;
    private static final int OTA_CRC = 28;
    private static final int OTA_ENTRY = 32;
    private static final long INVALID = 3;
    private static final long ABORTED = 4;
    private static final long ERASED = 0xffff_ffffL;
    private static final int CRC32_REVERSED = 0xedb8_8320;

    MergedImage {
        dropped = List.copyOf(dropped);
    }

    /** Whether the partition's end, not that of the file, limits the image. */
    boolean complete() {
        return room == app.size();
    }

    /** Finds the application in a file that {@link OtherFileKind} recognised as merged. */
    static MergedImage find(ByteSource file) throws IOException, Stop {
        PartitionTable table;
        long base;
        try (InputStream in = file.open()) {
            byte[] head = in.readNBytes(OtherFileKind.SCAN);
            int at = OtherFileKind.partitionTable(head, head.length);
            if (at < 0) {
                throw new Stop(Fault.MERGED_TABLE);
            }
            table = PartitionTable.read(head, at, head.length);
            // For some chips the bootloader is not at 0, and some files begin with it.
            base = Math.max(0, TABLE - at);
        }
        Map<FlashPartition, byte[]> starts = starts(file, table.partitions(), base);
        FlashPartition app = booted(table.partitions(), starts);
        long at = app.offset() - base;
        List<String> dropped = new ArrayList<>();
        for (FlashPartition each : table.partitions()) {
            byte[] start = starts.get(each);
            if (start != null && !each.equals(app) && !Bytes.all(start, 0, start.length, 0xff)) {
                dropped.add(each.label());
            }
        }
        return new MergedImage(app, at, Math.min(app.size(), file.size() - at), dropped);
    }

    /** The first bytes of each partition that begins within the file. */
    private static Map<FlashPartition, byte[]> starts(
            ByteSource file, List<FlashPartition> partitions, long base) throws IOException, Stop {
        Map<FlashPartition, byte[]> starts = new HashMap<>();
        try (InputStream in = file.open()) {
            long done = 0;
            for (FlashPartition each : partitions) {
                long at = each.offset() - base;
                if (at < done) {
                    throw new Stop(Fault.MERGED_TABLE);
                }
                if (at >= file.size()) {
                    break;
                }
                in.skipNBytes(at - done);
                byte[] start = in.readNBytes((int) Math.min(PEEK, each.size()));
                starts.put(each, start);
                done = at + start.length;
            }
        }
        return starts;
    }

    /**
     * The partition that a bootloader boots: the slot that the OTA data name; if they are erased,
     * as in every release, the factory's, else the first slot. If that contains no image, the one
     * before it, down to the factory's, then those after it.
     */
    private static FlashPartition booted(
            List<FlashPartition> partitions, Map<FlashPartition, byte[]> starts) throws Stop {
        List<FlashPartition> apps =
                partitions.stream()
                        .filter(FlashPartition::app)
                        // The factory's subtype is the lowest.
                        .sorted(Comparator.comparingInt(FlashPartition::subtype))
                        .toList();
        int factory = apps.isEmpty() || !apps.getFirst().factory() ? 0 : 1;
        int slots = apps.size() - factory;
        long sequence = 0;
        for (FlashPartition each : partitions) {
            byte[] start = starts.get(each);
            if (each.otaData() && start != null) {
                sequence = Math.max(sequence(start, 0), sequence(start, SECTOR));
            }
        }
        int first = sequence > 0 && slots > 0 ? factory + (int) ((sequence - 1) % slots) : 0;
        for (int i = first; i >= 0; i--) {
            if (i < apps.size() && holdsImage(starts.get(apps.get(i)))) {
                return apps.get(i);
            }
        }
        for (int i = first + 1; i < apps.size(); i++) {
            if (holdsImage(starts.get(apps.get(i)))) {
                return apps.get(i);
            }
        }
        throw new Stop(Fault.MERGED_EMPTY);
    }

    private static boolean holdsImage(byte @Nullable [] start) {
        return start != null && ImageReader.begins(start, start.length);
    }

    /** The sequence number of one copy of the OTA data; 0 if that is erased or invalid. */
    private static long sequence(byte[] data, int at) {
        if (at + OTA_ENTRY > data.length) {
            return 0;
        }
        long sequence = Bytes.u32(data, at);
        long state = Bytes.u32(data, at + OTA_STATE);
        boolean valid =
                sequence != ERASED
                        && state != INVALID
                        && state != ABORTED
                        && Bytes.u32(data, at + OTA_CRC) == crc(sequence);
        return valid ? sequence : 0;
    }

    /** CRC-32 of four bytes, but begun with 0, as the chips' ROM does; java.util.zip can't. */
    static long crc(long sequence) {
        int crc = (int) sequence;
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            crc = (crc & 1) != 0 ? crc >>> 1 ^ CRC32_REVERSED : crc >>> 1;
        }
        return ~crc & ERASED;
    }
}
