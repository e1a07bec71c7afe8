package io.slipway.simulator.update;

/** The result of an update from the device's view; not reported to the server. */
public sealed interface DownloadResult {

    /** Written, verified, and next to boot; the device is off. */
    record Installed(String version, String elfSha256) implements DownloadResult {}

    /** It failed; firmware before 1.8.0 is off now, newer firmware continues. */
    record DownloadFailed(String why) implements DownloadResult {}

    /** Power was lost; the device is off. */
    record PowerLost(long bytes) implements DownloadResult {}
}
