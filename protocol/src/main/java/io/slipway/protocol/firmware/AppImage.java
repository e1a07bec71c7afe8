package io.slipway.protocol.firmware;

import io.slipway.protocol.FirmwareVersion;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The facts of an application image, read from a verified file.
 *
 * @param version as the device will report it
 * @param project {@code xiaozhi} for the public firmware; may be empty
 * @param idfVersion for example {@code v5.4.1}; may be empty
 * @param date of the compilation in C's format, {@code Aug 6 2026}; empty in reproducible builds
 * @param time of the compilation, {@code 12:34:56}; empty in reproducible builds
 * @param secureVersion the anti-rollback counter, 0 to 2^32-1
 * @param elfSha256 64 lower-case hex digits, never all zero; the device reports it as {@code
 *     elf_sha256}. It is a hash of the ELF file, not of this one.
 * @param minRevision the oldest chip it runs on, major × 100 + minor
 * @param maxRevision the newest chip it runs on, major × 100 + minor, or {@link #ANY_REVISION}
 * @param size of the file in bytes, including a signature
 * @param sha256 of the file, 64 lower-case hex digits
 * @param segments 1 to 16, in the file's order
 * @param hashAppended whether the image contains a hash of itself. Without one, only the checksum
 *     over the segments protects it: a changed byte in a header may go unnoticed.
 * @param addresses the OTA addresses among its constants, in the file's order, without duplicates;
 *     the first {@link #MAX_ADDRESSES}
 */
public record AppImage(
        Chip chip,
        FirmwareVersion version,
        String project,
        String idfVersion,
        String date,
        String time,
        long secureVersion,
        String elfSha256,
        int minRevision,
        int maxRevision,
        long size,
        String sha256,
        List<Segment> segments,
        boolean hashAppended,
        ImageSignature signature,
        List<OtaAddress> addresses) {

    /** A {@link #maxRevision} that excludes no chip. */
    public static final int ANY_REVISION = 0xffff;

    /** How many segments an image may have. */
    public static final int MAX_SEGMENTS = 16;

    /** The public firmware has one; builds for several regions have a few. */
    public static final int MAX_ADDRESSES = 8;

    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    public AppImage {
        segments = List.copyOf(segments);
        addresses = List.copyOf(addresses);
        if (!SHA256.matcher(elfSha256).matches() || !SHA256.matcher(sha256).matches()) {
            throw new IllegalArgumentException("hashes of " + elfSha256 + " and " + sha256);
        }
        if (!FirmwareVersion.uploadable(version.toString())) {
            throw new IllegalArgumentException("a version of " + version);
        }
        if (segments.isEmpty() || segments.size() > MAX_SEGMENTS || size <= 0) {
            throw new IllegalArgumentException(size + " bytes, " + segments.size() + " segments");
        }
        if (addresses.size() > MAX_ADDRESSES) {
            throw new IllegalArgumentException(addresses.size() + " addresses");
        }
        if (secureVersion < 0 || minRevision < 0 || maxRevision < 0) {
            throw new IllegalArgumentException("a version or revision below 0");
        }
    }

    /**
     * The compilation time in the format of the device's check-in, {@code Aug 6 2026T12:34:56Z}.
     */
    public String compileTime() {
        return date + "T" + time + "Z";
    }
}
