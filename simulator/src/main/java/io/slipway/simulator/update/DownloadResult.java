package io.slipway.simulator.update;

/** How an update went, from the device's point of view. Nobody else is told. */
public sealed interface DownloadResult {

    /** Written, verified, and the next to start; the device is off. */
    record Installed(String version, String elfSha256) implements DownloadResult {}

    /** Nothing came of it; firmware before 1.8.0 is off now, newer goes on. */
    record DownloadFailed(String why) implements DownloadResult {}

    /** Somebody pulled the plug; the device is off. */
    record PowerLost(long bytes) implements DownloadResult {}
}
