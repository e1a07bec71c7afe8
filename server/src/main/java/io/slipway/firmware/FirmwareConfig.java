package io.slipway.firmware;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * @param folder where images are stored unless {@code s3} says otherwise
 * @param incoming where uploads arrive, on this node's own disk
 * @param s3 null for the folder
 * @param maxImage the largest image accepted, in bytes
 * @param perAccount the most builds of an account that is no administrator's
 * @param behindProxy whether something in front takes downloads faster than devices do, so that
 *     nothing can be said of how they ended
 * @param maxDownloads running ones on this node beyond which nothing is offered; 0 for no limit
 * @param bytesPerSecond of this node's downloads beyond which nothing is offered; 0 for no limit
 */
public record FirmwareConfig(
        Path folder,
        Path incoming,
        @Nullable S3 s3,
        long maxImage,
        int perAccount,
        boolean behindProxy,
        int maxDownloads,
        long bytesPerSecond) {

    public FirmwareConfig {
        if (maxImage < 1 || perAccount < 1 || maxDownloads < 0 || bytesPerSecond < 0) {
            throw new IllegalArgumentException("limits of firmware below 0");
        }
    }

    /**
     * A store that speaks S3.
     *
     * @param endpoint {@code scheme://host[:port]}; null for Amazon's own
     * @param pathStyle whether the bucket comes in the path and not in the host's name
     * @param prefix before each object's name, {@code firmware/} say; may be empty
     */
    public record S3(
            @Nullable URI endpoint,
            String region,
            String bucket,
            String accessKey,
            String secretKey,
            boolean pathStyle,
            String prefix) {

        /** Without the keys: nothing secret gets into a log. */
        @Override
        public String toString() {
            return "S3[" + endpoint + " " + region + " " + bucket + "/" + prefix + "]";
        }
    }
}
