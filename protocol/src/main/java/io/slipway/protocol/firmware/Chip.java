package io.slipway.protocol.firmware;

import java.util.Optional;

/**
 * A chip that an application image can be for: those that ESP-IDF numbers in {@code esp_chip_id_t}.
 * Excludes betas and the ESP8266, whose images are different.
 */
public enum Chip {
    ESP32(0, "esp32", 0x3f400000, 0x3f800000, 0x400d0000, 0x40400000, 0x3ffb0000, true),
    ESP32S2(2, "esp32s2", 0x3f000000, 0x3f3f0000, 0x40080000, 0x40800000, 0x3ffb0000, true),
    ESP32C3(5, "esp32c3", 0x3c000000, 0x3c800000, 0x42000000, 0x42800000, 0x3fc80000, true),
    ESP32S3(9, "esp32s3", 0x3c000000, 0x3e000000, 0x42000000, 0x44000000, 0x3fc88000, true),
    ESP32C2(12, "esp32c2", 0x3c000000, 0x3c400000, 0x42000000, 0x42400000, 0x3fca0000, false),
    ESP32C6(13, "esp32c6", 0x42000000, 0x43000000, 0x40800000, false),
    ESP32H2(16, "esp32h2", 0x42000000, 0x43000000, 0x40800000, false),
    ESP32P4(18, "esp32p4", 0x40000000, 0x44000000, 0x4ff00000, true),
    ESP32C61(20, "esp32c61", 0x42000000, 0x43000000, 0x40800000, false),
    ESP32C5(23, "esp32c5", 0x42000000, 0x44000000, 0x40800000, false),
    ESP32H21(25, "esp32h21", 0x42000000, 0x43000000, 0x40800000, false),
    ESP32H4(28, "esp32h4", 0x42000000, 0x43000000, 0x40810000, false),
    ESP32S31(32, "esp32s31", 0x40000000, 0x44000000, 0x2f000000, false);

    private static final int PAGE = 0x1_0000;
    private static final int SMALLEST_PAGE = 0x2000;

    private final int id;
    private final String model;
    private final int dataStart;
    private final int dataEnd;
    private final int codeStart;
    private final int codeEnd;
    private final int ram;
    private final boolean fixedPages;

    /** A chip that maps flash into one window for both code and constants. */
    Chip(int id, String model, int start, int end, int ram, boolean fixedPages) {
        this(id, model, start, end, start, end, ram, fixedPages);
    }

    Chip(
            int id,
            String model,
            int dataStart,
            int dataEnd,
            int codeStart,
            int codeEnd,
            int ram,
            boolean fixedPages) {
        this.id = id;
        this.model = model;
        this.dataStart = dataStart;
        this.dataEnd = dataEnd;
        this.codeStart = codeStart;
        this.codeEnd = codeEnd;
        this.ram = ram;
        this.fixedPages = fixedPages;
    }

    /** The number in an image's header. A device's {@code chip_info.model} is another number. */
    public int id() {
        return id;
    }

    /** What a device reports as {@code chip_model_name}. */
    public String model() {
        return model;
    }

    /** The chip of an image's header; empty if unknown. */
    public static Optional<Chip> byId(int id) {
        for (Chip chip : values()) {
            if (chip.id == id) {
                return Optional.of(chip);
            }
        }
        return Optional.empty();
    }

    /** The chip of a check-in; empty if unknown. */
    public static Optional<Chip> byModel(String model) {
        for (Chip chip : values()) {
            if (chip.model.equals(model)) {
                return Optional.of(chip);
            }
        }
        return Optional.empty();
    }

    /** Whether a segment at this address stays in flash and is mapped, not copied to RAM. */
    boolean maps(long address) {
        return (address >= dataStart && address < dataEnd)
                || (address >= codeStart && address < codeEnd);
    }

    /** Whether a segment at this address may hold constants. Some chips map them like code. */
    boolean mapsData(long address) {
        return address >= dataStart && address < dataEnd;
    }

    /**
     * The page size of flash mapping: an address and its position in the file are congruent modulo
     * it.
     *
     * @param log2 as in the image; older ones have 0
     */
    long page(int log2) {
        if (fixedPages) {
            return PAGE;
        }
        // 8 to 256 KiB, the range of all chips. Otherwise the rule that holds for all of them.
        return log2 >= 13 && log2 <= 18 ? 1L << log2 : SMALLEST_PAGE;
    }

    /** Where constants at this position in a file are mapped. */
    long dataAddress(long offset) {
        return dataStart + offset % (dataEnd - dataStart);
    }

    /** Where code at this position in a file is mapped. */
    long codeAddress(long offset) {
        return codeStart + offset % (codeEnd - codeStart);
    }

    /** The first address of the RAM that an image may fill. */
    long ram() {
        return ram;
    }
}
