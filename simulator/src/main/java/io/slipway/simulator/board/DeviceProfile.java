package io.slipway.simulator.board;

import io.slipway.protocol.FirmwareVersion;
import io.slipway.protocol.Mac;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * The identity of a device.
 *
 * @param variant its kind
 * @param mac as sent: lower case, colons
 * @param clientId a lower-case UUID, {@code ""} for firmware too old to have one
 * @param version of the running firmware
 * @param board {@code board.name}; also {@code board.type}, except for py-xiaozhi
 * @param language for example {@code zh-CN}
 * @param serial the burned serial number, {@code ""} for none
 * @param hmacKey 64 hex characters, {@code ""} for none; firmware decodes them, py-xiaozhi does not
 */
public record DeviceProfile(
        Variant variant,
        String mac,
        String clientId,
        String version,
        String board,
        String language,
        String serial,
        String hmacKey) {

    /** Locally administered, so that no real device has one of these. */
    private static final long MAC_PREFIX = 0xd6L << 40;

    /** Device number {@code index} of a fleet; the same seed gives the same device. */
    public static DeviceProfile of(Variant variant, long seed, int index) {
        var random = new SplittableRandom(seed * 0x9e3779b97f4a7c15L + index);
        long bits = MAC_PREFIX | ((seed & 0xffff) << 24) | (index & 0xffffff);
        String mac = new Mac(bits).toString();
        // Version 4, variant 1, as firmware generates them.
        long high = (random.nextLong() & ~0xf000L) | 0x4000L;
        long low = (random.nextLong() & ~(3L << 62)) | (1L << 63);
        String clientId = variant == Variant.V1_0 ? "" : new UUID(high, low).toString();
        String hex = mac.replace(":", "");
        String serial =
                switch (variant) {
                    case SERIAL -> "SLIPWAY-" + hex.toUpperCase(Locale.ROOT);
                    case PY_XIAOZHI -> "SN-" + md5Start(hex) + "-" + hex;
                    case WIFI, ML307, RAW_SSID, V1_7, V1_6, V1_5, V1_0 -> "";
                };
        byte[] key = new byte[32];
        random.nextBytes(key);
        String board =
                switch (variant) {
                    case ML307 -> "bread-compact-ml307";
                    case PY_XIAOZHI -> "py-xiaozhi";
                    case WIFI, RAW_SSID, SERIAL, V1_7, V1_6, V1_5, V1_0 -> "bread-compact-wifi";
                };
        return new DeviceProfile(
                variant,
                mac,
                clientId,
                variant.version(),
                board,
                "zh-CN",
                serial,
                serial.isEmpty() ? "" : HexFormat.of().formatHex(key));
    }

    /** The same device after an update. */
    public DeviceProfile withVersion(String newVersion) {
        return new DeviceProfile(
                variant, mac, clientId, newVersion, board, language, serial, hmacKey);
    }

    /** The same board after its NVS was erased, or another one that claims its MAC. */
    public DeviceProfile withClientId(String newClientId) {
        return new DeviceProfile(
                variant, mac, newClientId, version, board, language, serial, hmacKey);
    }

    /**
     * The same MAC and Client-Id on a board with another version, with the requests of that
     * version.
     */
    public DeviceProfile on(Hardware hardware, String newVersion) {
        DeviceProfile now =
                new DeviceProfile(
                        hardware.board().contains("ml307") ? Variant.ML307 : Variant.WIFI,
                        mac,
                        clientId,
                        newVersion,
                        hardware.board(),
                        language,
                        "",
                        "");
        Variant age =
                now.before("1.6.0")
                        ? Variant.V1_5
                        : now.takesAnyJson()
                                ? Variant.V1_6
                                : now.before("1.8.0") ? Variant.V1_7 : now.variant();
        return new DeviceProfile(
                age, mac, clientId, newVersion, hardware.board(), language, "", "");
    }

    /** Whether it runs firmware older than {@code version}. */
    public boolean before(String version) {
        return variant != Variant.PY_XIAOZHI
                && FirmwareVersion.parse(version)
                        .flatMap(limit ->
                                FirmwareVersion.parse(this.version).map(limit::isNewerThan))
                        .orElse(false);
    }

    /**
     * Whether it takes any JSON for success, whatever the status (device-contract R16): its
     * firmware is older than 1.6.6.
     */
    public boolean takesAnyJson() {
        return before("1.6.6");
    }

    public static String md5Start(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().withUpperCase().formatHex(digest, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
