package io.slipway.rollout;

import io.slipway.rollout.rules.attempt.Policy;
import io.slipway.rollout.rules.plan.Limits;
import io.slipway.settings.Settings;
import java.time.Duration;

/**
 * The operator's settings for all rollouts.
 *
 * @param policy the numbers of the inference
 * @param limits of all rollouts together
 * @param evidenceKept how long the event log is stored
 */
public record RolloutConfig(Policy policy, Limits limits, Duration evidenceKept) {

    /** Reads them; errors are reported to {@code s}. */
    public static RolloutConfig read(Settings s) {
        Policy standard = Policy.DEFAULTS;
        int inFlight =
                s.number(
                        "rollout.max-in-flight",
                        2_000,
                        0,
                        1_000_000,
                        "所有升级任务同时升级的设备数上限；0 为不限",
                        "maximum number of devices that update at once, over all rollouts; 0 for"
                                + " no limit");
        int megabytes =
                s.number(
                        "rollout.max-megabytes-per-second",
                        0,
                        0,
                        1_000_000,
                        "所有升级任务的下载带宽上限（MB/s，每台设备按 64 KB/s 计）；0 为不限",
                        "maximum bandwidth of all updates in MB/s, counting 64 KB/s per device; 0"
                                + " for no limit");
        int silent =
                s.number(
                        "rollout.silent-percent",
                        100,
                        0,
                        100,
                        "下载后 24 小时没有再上线的设备按百分之几计为失败",
                        "to what percentage a device that has not come back within 24 h of its"
                                + " download counts as failed");
        var policy =
                new Policy(
                        s.duration(
                                "rollout.confirm-after",
                                "24 h",
                                "运行新固件多久没有异常即视为成功",
                                "time on the build without problems after which a device is"
                                        + " confirmed"),
                        standard.silence().withWeight(silent / 100.0),
                        standard.deliveryFailures(),
                        standard.installFailures(),
                        standard.restarts(),
                        new Policy.Readiness(
                                s.number(
                                        "rollout.min-rssi",
                                        -80,
                                        -127,
                                        0,
                                        "信号弱于此值（dBm）的设备等信号变好再升级；0 为不限",
                                        "devices with a weaker signal (dBm) wait for a better one; 0 for"
                                                + " no limit"),
                                s.number(
                                        "rollout.min-battery",
                                        standard.readiness().minBattery(),
                                        0,
                                        100,
                                        "电量低于此值（%）且没有在充电的设备等充电后再升级；0 为不限",
                                        "devices with a lower battery level (percent) that are not"
                                                + " charging wait; 0 for no limit"),
                                s.onOff(
                                        "rollout.check-psram",
                                        true,
                                        "on",
                                        "off",
                                        "需要 PSRAM 的固件不推送给上报没有 PSRAM 的设备",
                                        "whether builds that need PSRAM are withheld from devices that"
                                                + " report having none")));
        s.whileRunning("rollout.max-in-flight", "rollout.max-megabytes-per-second");
        return new RolloutConfig(
                policy,
                new Limits(inFlight, 0, megabytes * 1_000_000L),
                s.duration(
                        "rollout.evidence-kept",
                        "400 d",
                        "升级证据日志保留时间",
                        "how long evidence of updates is stored"));
    }
}
