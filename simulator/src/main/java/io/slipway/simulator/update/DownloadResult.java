package io.slipway.simulator.update;

/** The result of an update, as the device sees it. It is reported to nobody. */
public sealed interface DownloadResult {

    /** Written, verified, and next to boot; the device is off. */
    record Installed(String version, String elfSha256) implements DownloadResult {}

    /** It failed; firmware before 1.8.0 is off now, newer firmware continues. */
    record DownloadFailed(String why) implements DownloadResult {}

    /** Power was lost; the device is off. */
    record PowerLost(long bytes) implements DownloadResult {}
}
