package io.slipway.firmware;

import io.slipway.settings.Settings;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * @param folder where images are stored unless {@code s3} is set
 * @param incoming where uploads arrive, on this node's own disk
 * @param s3 null for the folder
 * @param maxImage the largest image accepted, in bytes
 * @param perAccount maximum number of builds per account, except administrators
 * @param behindProxy whether a proxy accepts downloads faster than devices do, so that nothing is
 *     known about how they ended
 * @param maxDownloads running downloads on this node at which no offers are made; 0 for no limit
 * @param bytesPerSecond of this node's downloads beyond which no offers are made; 0 for no limit
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

    private static final long MIB = 1024 * 1024;

    public FirmwareConfig {
        if (maxImage < 1 || perAccount < 1 || maxDownloads < 0 || bytesPerSecond < 0) {
            throw new IllegalArgumentException("firmware limits must not be negative");
        }
    }

    /**
     * How the URLs of downloads begin.
     *
     * @param base {@code scheme://host[:port]} that the device calls
     */
    public String downloadsAt(String base) {
        if (s3 == null) {
            return base + Downloads.PREFIX;
        }
        URI endpoint = s3.endpoint();
        String host =
                endpoint == null ? "https://s3." + s3.region() + ".amazonaws.com" : "" + endpoint;
        return s3.pathStyle()
                ? host + "/" + s3.bucket() + "/" + s3.prefix()
                : host.replaceFirst("://", "://" + s3.bucket() + ".") + "/" + s3.prefix();
    }

    /** Where images are stored on a disk; null if they are not. */
    public @Nullable Path localFolder() {
        return s3 == null ? folder : null;
    }

    /**
     * An object store with the S3 API.
     *
     * @param endpoint {@code scheme://host[:port]}; null for Amazon's own
     * @param pathStyle whether the bucket is part of the path instead of the host name
     * @param prefix before each object's name, for example {@code firmware/}; may be empty
     */
    public record S3(
            @Nullable URI endpoint,
            String region,
            String bucket,
            String accessKey,
            String secretKey,
            boolean pathStyle,
            String prefix) {

        /** Without the keys, so that no secret is logged. */
        @Override
        public String toString() {
            return "S3[" + endpoint + " " + region + " " + bucket + "/" + prefix + "]";
        }
    }

    /**
     * Reads them; errors are reported to {@code s}.
     *
     * @param data the data folder
     */
    public static FirmwareConfig read(Settings s, Path data) {
        String folder =
                s.text(
                        "firmware.dir",
                        "",
                        "固件存放目录；留空为 data.dir 下的 firmware；多节点须共用一个目录或使用 S3",
                        "folder for images; empty for the folder firmware in data.dir; several"
                                + " nodes need a shared folder, or S3");
        int image =
                s.number(
                        "firmware.max-image",
                        32,
                        1,
                        128,
                        "固件大小上限，MiB",
                        "maximum size of an image, in MiB");
        int builds =
                s.number(
                        "firmware.builds-per-account",
                        100,
                        1,
                        1_000_000,
                        "每个普通账号的固件数上限",
                        "maximum number of builds per account, except administrators");
        boolean proxy =
                s.onOff(
                        "firmware.behind-proxy",
                        false,
                        "true",
                        "false",
                        "前面是否有缓冲下载的代理；若有，就不以下载情况为依据",
                        "whether a proxy in front of the server buffers downloads; if so,"
                                + " download results are not used as evidence");
        int downloads =
                s.number(
                        "firmware.max-downloads",
                        500,
                        0,
                        1_000_000,
                        "本节点同时下载数达到后不再下发升级；0 不限",
                        "no updates are offered while this node has this many running downloads;"
                                + " 0 for no limit");
        int rate =
                s.number(
                        "firmware.bytes-per-second",
                        0,
                        0,
                        Integer.MAX_VALUE,
                        "本节点下载总速率达到后不再下发升级，字节/秒；0 不限",
                        "no updates are offered while this node's downloads take this many bytes"
                                + " per second; 0 for no limit");
        s.whileRunning(
                "firmware.builds-per-account",
                "firmware.behind-proxy",
                "firmware.max-downloads",
                "firmware.bytes-per-second");
        return new FirmwareConfig(
                folder.isEmpty() ? data.resolve("firmware") : Path.of(folder),
                data.resolve("incoming"),
                s3(s),
                image * MIB,
                builds,
                proxy,
                downloads,
                rate);
    }

    private static @Nullable S3 s3(Settings s) {
        String bucket =
                s.text(
                        "firmware.s3.bucket",
                        "",
                        v -> v.matches("([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?"),
                        "a bucket's name, or empty",
                        "S3 存储桶；留空则用目录",
                        "S3 bucket; empty to use the folder");
        String endpoint =
                s.base(
                        "firmware.s3.endpoint",
                        "S3 地址，设备也须能访问；留空为 Amazon",
                        "S3 endpoint, which devices must be able to reach as well; empty for"
                                + " Amazon");
        String region =
                s.text(
                        "firmware.s3.region",
                        "us-east-1",
                        v -> v.matches("[a-z0-9-]{1,64}"),
                        "a region's name",
                        "S3 区域",
                        "S3 region");
        String access = s.text("firmware.s3.access-key", "", "S3 访问密钥 ID", "S3 access key id");
        String secret = s.text("firmware.s3.secret-key", "", "S3 访问密钥", "S3 secret access key");
        boolean path =
                s.onOff(
                        "firmware.s3.path-style",
                        true,
                        "true",
                        "false",
                        "存储桶名是否放在路径中（阿里云 OSS 等须为 false）",
                        "whether the bucket's name is part of the path instead of the host name");
        String prefix =
                s.text(
                        "firmware.s3.prefix",
                        "firmware/",
                        v -> v.matches("([A-Za-z0-9_-][A-Za-z0-9._-]*/)*"),
                        "empty, or names that each end with /",
                        "对象名前缀",
                        "prefix of object names");
        if (bucket.isEmpty()) {
            return null;
        }
        if (access.isEmpty() || secret.isEmpty()) {
            s.problem("firmware.s3.access-key", "", "set, together with firmware.s3.secret-key");
        }
        URI uri = endpoint.isEmpty() ? null : URI.create(endpoint);
        return new S3(uri, region, bucket, access, secret, path, prefix);
    }
}
