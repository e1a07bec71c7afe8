package io.slipway.protocol.firmware;

import io.slipway.protocol.FirmwareVersion;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The facts of an application image, read from a verified file.
 *
 * @param minRevision the oldest chip it runs on, major × 100 + minor
 * @param maxRevision the newest chip it runs on, major × 100 + minor, or {@link #ANY_REVISION}
 * @param segments 1 to 16, in the file's order
 * @param addresses the OTA addresses among its constants, in the file's order, without duplicates;
 *     the first {@link #MAX_ADDRESSES}
 */
public record AppImage(
        Chip chip,
        int minRevision,
        int maxRevision,
        Description description,
        ImageFile file,
        List<Segment> segments,
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
        if (!SHA256.matcher(description.elfSha256()).matches()
                || !SHA256.matcher(file.sha256()).matches()) {
            throw new IllegalArgumentException(
                    "hashes of " + description.elfSha256() + " and " + file.sha256());
        }
        if (!FirmwareVersion.uploadable(description.version().toString())) {
            throw new IllegalArgumentException("a version of " + description.version());
        }
        if (segments.isEmpty() || segments.size() > MAX_SEGMENTS || file.size() <= 0) {
            throw new IllegalArgumentException(
                    file.size() + " bytes, " + segments.size() + " segments");
        }
        if (addresses.size() > MAX_ADDRESSES) {
            throw new IllegalArgumentException(addresses.size() + " addresses");
        }
        if (description.secureVersion() < 0 || minRevision < 0 || maxRevision < 0) {
            throw new IllegalArgumentException("a version or revision below 0");
        }
    }
}
