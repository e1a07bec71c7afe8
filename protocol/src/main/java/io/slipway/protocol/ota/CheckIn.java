package io.slipway.protocol.ota;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a device reported at an OTA check, as far as it could be parsed. Every text has at most
 * {@link #MAX_TEXT} characters and no control characters; absent is {@code ""}, {@code 0} or the
 * empty list. SSID, IMEI, ICCID and cell data are not included: they are dropped while reading.
 *
 * @param complete whether the body was valid JSON to its end; firmware does not escape SSIDs, so
 *     real bodies break off in the middle (device-contract 1.7)
 * @param mac the body's {@code mac_address} as sent, null when absent
 * @param slot label of the running partition, for example {@code ota_0}
 * @param language for example {@code zh-CN}; from {@code Accept-Language}, else from the body
 */
public record CheckIn(
        boolean complete,
        @Nullable String mac,
        Application application,
        String slot,
        ReportedBoard board,
        Hardware hardware,
        String language) {

    /**
     * The running image.
     *
     * @param present whether there was an {@code application} object
     * @param name project name of the image, {@code xiaozhi}
     * @param version running firmware version; without one, that of the User-Agent
     * @param compileTime {@code __DATE__T__TIME__Z}, not ISO 8601
     * @param idfVersion ESP-IDF version
     * @param elfSha256 SHA-256 of the ELF, 64 hex from firmware; for py-xiaozhi the SHA-256 of what
     *     it sent, which is its HMAC key
     */
    public record Application(
            boolean present,
            String name,
            String version,
            String compileTime,
            String idfVersion,
            String elfSha256) {}

    /**
     * The board as the device calls it.
     *
     * @param present whether there was a {@code board} object
     * @param type {@code board.type}
     * @param name {@code board.name}, or the User-Agent's product for firmware before 1.4.0
     */
    public record ReportedBoard(boolean present, String type, String name) {

        /** The board as used by people and for matching firmware. */
        public String nameOrType() {
            return name.isEmpty() ? type : name;
        }
    }

    /**
     * The chip and its memory. Sizes are in bytes.
     *
     * @param chip {@code chip_model_name}, for example {@code esp32s3}
     * @param chipRevision silicon revision
     * @param psramSize 0 for none; {@link #UNKNOWN} if not reported
     * @param partitions the partition table, at most {@link #MAX_PARTITIONS} rows
     */
    public record Hardware(
            String chip,
            int chipRevision,
            long flashSize,
            long psramSize,
            List<Partition> partitions) {

        public Hardware {
            partitions = List.copyOf(partitions);
        }
    }

    /** The {@link Hardware#psramSize} if it was not reported: stock firmware never does. */
    public static final long UNKNOWN = -1;

    /** The maximum length of any text field, in UTF-16 units. */
    public static final int MAX_TEXT = 64;

    /** The maximum number of partitions; the largest public table has 8. */
    public static final int MAX_PARTITIONS = 24;

    /**
     * Whether there is no usable information at all. Headers make up for a body that broke off, as
     * real ones do, not for a complete one without content.
     */
    public boolean empty() {
        boolean silent = application.version.isEmpty() && board.nameOrType().isEmpty();
        return silent || (complete && !application.present && !board.present);
    }

    /** A copy with another MAC. */
    CheckIn withMac(String other) {
        return new CheckIn(complete, other, application, slot, board, hardware, language);
    }

    /**
     * A 64-bit digest of everything stored of a check-in, for cheap detection of changes since the
     * last one. Not cryptographic: a device that collides with itself harms only itself.
     */
    public long fingerprint() {
        long h = 0xcbf29ce484222325L;
        h = mix(h, application.name.hashCode());
        h = mix(h, application.version.hashCode());
        h = mix(h, application.compileTime.hashCode());
        h = mix(h, application.idfVersion.hashCode());
        h = mix(h, application.elfSha256.hashCode());
        h = mix(h, slot.hashCode());
        h = mix(h, board.type.hashCode());
        h = mix(h, board.name.hashCode());
        h = mix(h, hardware.chip.hashCode());
        h = mix(h, hardware.chipRevision);
        h = mix(h, hardware.flashSize);
        for (Partition p : hardware.partitions) {
            h = mix(h, p.label().hashCode());
            h = mix(h, (long) p.type() << 32 | (p.subtype() & 0xffffffffL));
            h = mix(h, p.address());
            h = mix(h, p.size());
        }
        h = mix(h, language.hashCode());
        return hardware.psramSize == UNKNOWN ? h : mix(h, hardware.psramSize);
    }

    private static long mix(long h, long value) {
        long x = (h ^ value) * 0x9e3779b97f4a7c15L;
        return x ^ (x >>> 29);
    }
}
