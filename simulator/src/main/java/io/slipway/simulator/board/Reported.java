package io.slipway.simulator.board;

import io.slipway.protocol.firmware.AppImage;
import io.slipway.protocol.firmware.Chip;

/**
 * The chip, the flash and the running build as reported at a check-in.
 *
 * @param flashSize in bytes
 * @param chip its members, with a trailing comma
 * @param name of the application
 * @param compiled {@code Aug 6 2026T12:34:56Z}
 * @param idf the version of ESP-IDF
 * @param elf the hash of the build
 * @param table the members {@code partition_table} and {@code ota}, with a trailing comma
 */
public record Reported(
        long flashSize,
        String chip,
        String name,
        String compiled,
        String idf,
        String elf,
        String table) {

    private static final String ELF =
            "c8a8ecb6d6fbcda682494d9675cd1ead240ecf38bdde75282a42365a0e396033";
    private static final String S3 = chip(Hardware.of("any"));
    private static final String FACTORY_TABLE =
            "\"partition_table\": [{\"label\":\"nvs\",\"type\":1,\"subtype\":2,\"address\":36864,"
                    + "\"size\":16384},{\"label\":\"factory\",\"type\":0,\"subtype\":0,"
                    + "\"address\":65536,\"size\":4128768}],\"ota\":{\"label\":\"factory\"},";
    private static final Reported TODAY = samples("Aug  6 2026T12:34:56Z", "v6.0.1");
    private static final Reported OLD = samples("Mar 30 2025T10:00:00Z", "v5.3.2");
    private static final Reported OLDEST =
            new Reported(
                    16 << 20,
                    S3,
                    "xiaozhi",
                    "Jan 20 2025T10:00:00Z",
                    "v5.3.2",
                    "1".repeat(64),
                    FACTORY_TABLE);

    private static Reported samples(String compiled, String idf) {
        PartitionTable table = PartitionTable.V2_16M;
        return new Reported(
                table.flashSize(), S3, "xiaozhi", compiled, idf, ELF, table.reported("ota_0"));
    }

    /** A device that was never updated. */
    public static Reported by(Variant variant) {
        return switch (variant) {
            case WIFI, ML307, RAW_SSID, SERIAL, PY_XIAOZHI -> TODAY;
            case V1_7, V1_6, V1_5 -> OLD;
            case V1_0 -> OLDEST;
        };
    }

    /** A device that runs an image from a slot. */
    public static Reported of(Hardware hardware, String slot, AppImage image) {
        return new Reported(
                hardware.table().flashSize(),
                chip(hardware),
                image.description().project(),
                image.description().compileTime(),
                image.description().idfVersion(),
                image.description().elfSha256(),
                hardware.table().reported(slot));
    }

    private static String chip(Hardware hardware) {
        Chip chip = hardware.chip();
        // esp_chip_model_t is the image's chip number for all but the oldest.
        int model = chip == Chip.ESP32 ? 1 : chip.id();
        boolean two = chip == Chip.ESP32 || chip == Chip.ESP32S3 || chip == Chip.ESP32P4;
        return "\"chip_model_name\":\"%s\",\"chip_info\":{\"model\":%d,\"cores\":%d,\"revision\":%d,\"features\":18},"
                .formatted(chip.model(), model, two ? 2 : 1, hardware.revision());
    }

    public String application(String version) {
        return "\"application\":{\"name\":\"%s\",\"version\":\"%s\",\"compile_time\":\"%s\",\"idf_version\":\"%s\",\"elf_sha256\":\"%s\"},"
                .formatted(name, version, compiled, idf, elf);
    }
}
