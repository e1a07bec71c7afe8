package io.slipway.protocol.firmware;

import io.slipway.protocol.firmware.PartitionTable.FlashPartition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes merged images as {@code esptool merge_bin} does: a bootloader of noise, the partition
 * table with its digest, and the given partitions; erased flash between them. For tests and
 * simulations.
 *
 * <p>The same settings yield the same bytes. Not thread-safe.
 */
public final class MergedWriter {

    /** The type of partitions with applications. */
    public static final int APP = 0;

    /** The type of everything else. */
    public static final int DATA = 1;

    private static final int BOOTLOADER = 0x50;
    private static final int BOOTLOADER_SIZE = 2_048;

    private final Chip chip;
    private final List<FlashPartition> partitions = new ArrayList<>();
    private final List<byte[]> contents = new ArrayList<>();
    private int start;
    private int bootloader;
    private int table = 0x8000;
    private boolean digest = true;

    /** Without partitions; the bootloader at 0, the table at 0x8000. */
    public MergedWriter(Chip chip) {
        this.chip = chip;
    }

    /**
     * The layout of the public firmware, version 2, for 16 MB, without the assets, which would make
     * it large.
     *
     * @param app the application image
     */
    public static MergedWriter release(Chip chip, byte[] app) {
        return new MergedWriter(chip)
                .partition(DATA, 2, 0x9000, 0x4000, "nvs", new byte[0])
                .partition(DATA, 0, 0xd000, 0x2000, "otadata", new byte[0])
                .partition(DATA, 1, 0xf000, 0x1000, "phy_init", new byte[0])
                .partition(APP, 0x10, 0x20000, 0x3f0000, "ota_0", app)
                .partition(APP, 0x11, 0x410000, 0x3f0000, "ota_1", new byte[0])
                .partition(DATA, 0x82, 0x800000, 0x800000, "assets", new byte[0]);
    }

    /**
     * Adds a partition.
     *
     * @param offset in flash
     * @param content shorter than the partition, or empty for erased flash
     */
    public MergedWriter partition(
            int type, int subtype, long offset, long size, String label, byte[] content) {
        partitions.add(new FlashPartition(type, subtype, offset, size, label));
        contents.add(content.clone());
        return this;
    }

    /** Where the bootloader is in flash, for example 0x1000 on the ESP32. */
    public MergedWriter bootloaderAt(int offset) {
        this.bootloader = offset;
        return this;
    }

    /** Where the table is in flash. */
    public MergedWriter tableAt(int offset) {
        this.table = offset;
        return this;
    }

    /** Which byte of the flash the file begins with. */
    public MergedWriter from(int offset) {
        this.start = offset;
        return this;
    }

    /** Whether the table contains a digest of itself, as all do by default. */
    public MergedWriter digest(boolean included) {
        this.digest = included;
        return this;
    }

    /** The file in memory; it ends with the last content, like a release. */
    public byte[] bytes() {
        long end = table + 0x1000L;
        for (int i = 0; i < partitions.size(); i++) {
            if (contents.get(i).length > 0) {
                end = Math.max(end, partitions.get(i).offset() + contents.get(i).length);
            }
        }
        byte[] flash = new byte[Math.toIntExact(end)];
        Arrays.fill(flash, (byte) 0xff);
        put(flash, bootloader, bootloader());
        put(flash, table, table());
        for (int i = 0; i < partitions.size(); i++) {
            put(flash, (int) partitions.get(i).offset(), contents.get(i));
        }
        return Arrays.copyOfRange(flash, start, flash.length);
    }

    private static void put(byte[] flash, int at, byte[] content) {
        if (content.length > 0) {
            System.arraycopy(content, 0, flash, at, content.length);
        }
    }

    private byte[] bootloader() {
        byte[] image = new ImageWriter(chip).size(BOOTLOADER_SIZE).bytes();
        Arrays.fill(image, ImageReader.DESCRIPTION, ImageReader.HEAD, (byte) 0);
        image[ImageReader.DESCRIPTION] = BOOTLOADER;
        put(image, ImageReader.DESCRIPTION + 8, "v5.4.1".getBytes(StandardCharsets.US_ASCII));
        return image;
    }

    private byte[] table() {
        int length = partitions.size() * PartitionTable.ENTRY;
        byte[] bytes = new byte[length + (digest ? PartitionTable.ENTRY : 0)];
        Arrays.fill(bytes, length, bytes.length, (byte) 0xff);
        for (int i = 0; i < partitions.size(); i++) {
            partitions.get(i).write(bytes, i * PartitionTable.ENTRY);
        }
        if (digest) {
            byte[] md5 = PartitionTable.md5(Arrays.copyOf(bytes, length));
            Bytes.putU16(bytes, length, PartitionTable.DIGEST_MAGIC);
            put(bytes, bytes.length - md5.length, md5);
        }
        return bytes;
    }
}
