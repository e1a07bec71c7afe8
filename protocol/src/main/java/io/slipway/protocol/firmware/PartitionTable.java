package io.slipway.protocol.firmware;

import io.slipway.protocol.firmware.ImageRefusal.Fault;
import io.slipway.protocol.firmware.ImageSource.Stop;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * A partition table as {@code gen_esp32part.py} writes it: entries of 32 bytes, then a digest of
 * them unless the project disabled it, then erased flash.
 *
 * @param partitions by offset; none overlaps another
 */
record PartitionTable(List<FlashPartition> partitions) {

    static final int ENTRY = 32;
    static final int MAGIC = 0x50aa;
    static final int DIGEST_MAGIC = 0xebeb;
    static final int BLANK = 0xffff;

    private static final int MAX_ENTRIES = 96;
    private static final int DIGEST = 16;
    private static final int LABEL = 12;
    private static final int LABEL_LENGTH = 16;

    private static final int APP = 0;
    private static final int DATA = 1;
    private static final int FACTORY = 0;
    private static final int OTA_FIRST = 0x10;
    private static final int OTA_LAST = 0x1f;
    private static final int OTA_DATA = 0;

    PartitionTable {
        partitions = List.copyOf(partitions);
    }

    /**
     * @param label printable ASCII; never empty
     * @param offset in flash, in bytes
     * @param size in bytes, at least 1
     */
    record FlashPartition(int type, int subtype, long offset, long size, String label) {

        boolean factory() {
            return type == APP && subtype == FACTORY;
        }

        boolean slot() {
            return type == APP && subtype >= OTA_FIRST && subtype <= OTA_LAST;
        }

        boolean app() {
            return factory() || slot();
        }

        /** Whether it names the slot to boot. */
        boolean otaData() {
            return type == DATA && subtype == OTA_DATA;
        }

        /** Writes its entry. */
        void write(byte[] into, int at) {
            Bytes.putU16(into, at, MAGIC);
            into[at + 2] = (byte) type;
            into[at + 3] = (byte) subtype;
            Bytes.putU32(into, at + 4, offset);
            Bytes.putU32(into, at + 8, size);
            byte[] text = label.getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(text, 0, into, at + LABEL, Math.min(text.length, LABEL_LENGTH));
        }
    }

    /**
     * @param bytes contain the table from {@code at} on
     */
    static PartitionTable read(byte[] bytes, int at, int length) throws Stop {
        List<FlashPartition> found = new ArrayList<>();
        int next = at;
        for (int i = 0; i < MAX_ENTRIES && next + ENTRY <= length; i++, next += ENTRY) {
            int magic = Bytes.u16(bytes, next);
            if (magic == BLANK) {
                break;
            }
            if (magic == DIGEST_MAGIC) {
                byte[] entries = Arrays.copyOfRange(bytes, at, next);
                int digest = next + ENTRY - DIGEST;
                if (!Arrays.equals(md5(entries), Arrays.copyOfRange(bytes, digest, next + ENTRY))) {
                    throw damaged();
                }
                break;
            }
            if (magic != MAGIC) {
                throw damaged();
            }
            found.add(partition(bytes, next));
        }
        found.sort(Comparator.comparingLong(FlashPartition::offset));
        long free = 0;
        for (FlashPartition each : found) {
            if (each.size == 0 || each.offset < free) {
                throw damaged();
            }
            free = each.offset + each.size;
        }
        return new PartitionTable(found);
    }

    private static FlashPartition partition(byte[] bytes, int at) {
        byte[] text = Arrays.copyOfRange(bytes, at + LABEL, at + LABEL + LABEL_LENGTH);
        String label = new String(text, StandardCharsets.US_ASCII);
        int end = label.indexOf(0);
        String plain = (end < 0 ? label : label.substring(0, end)).replaceAll("[^ -~]", "?");
        long offset = Bytes.u32(bytes, at + 4);
        return new FlashPartition(
                Bytes.u8(bytes, at + 2),
                Bytes.u8(bytes, at + 3),
                offset,
                Bytes.u32(bytes, at + 8),
                plain.isBlank() ? "0x" + Long.toHexString(offset) : plain);
    }

    // Not a protection: it only finds damage.
    static byte[] md5(byte[] bytes) {
        try {
            return MessageDigest.getInstance("MD5").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Stop damaged() {
        return new Stop(Fault.MERGED_TABLE);
    }
}
