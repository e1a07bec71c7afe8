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
                        "devices that update at once, of all rollouts together; 0 for no limit");
        int megabytes =
                s.number(
                        "rollout.max-megabytes-per-second",
                        0,
                        0,
                        1_000_000,
                        "所有升级任务的下载带宽上限（MB/s，每台设备按 64 KB/s 计）；0 为不限",
                        "MB/s that all updates may take together, 64 KB/s for each device; 0 for no limit");
        int silent =
                s.number(
                        "rollout.silent-percent",
                        100,
                        0,
                        100,
                        "下载后 24 小时没有再上线的设备按百分之几计为失败",
                        "how much of a failure a device is that stays away for 24 h after its download, in percent");
        var policy =
                new Policy(
                        s.duration(
                                "rollout.confirm-after",
                                "24 h",
                                "运行新固件多久没有异常即视为成功",
                                "a device that runs the build for so long with nothing against it is confirmed"),
                        standard.silentAfter(),
                        standard.overdueAfter(),
                        standard.lostAfter(),
                        silent / 100.0,
                        standard.deliveryFailures(),
                        standard.installFailures(),
                        standard.restarts(),
                        s.number(
                                "rollout.min-rssi",
                                -80,
                                -127,
                                0,
                                "信号弱于此值（dBm）的设备等信号变好再升级；0 为不限",
                                "a device with a weaker signal, in dBm, waits for a better one; 0 for any signal"),
                        s.number(
                                "rollout.min-battery",
                                standard.minBattery(),
                                0,
                                100,
                                "电量低于此值（%）且没有在充电的设备等充电后再升级；0 为不限",
                                "a device with less in its battery, in percent, that does not charge waits; 0 for never"),
                        s.onOff(
                                "rollout.check-psram",
                                true,
                                "on",
                                "off",
                                "需要 PSRAM 的固件不推送给上报没有 PSRAM 的设备",
                                "builds that need PSRAM are not offered to devices that report none"));
        return new RolloutConfig(
                policy,
                new Limits(inFlight, 0, megabytes * 1_000_000L),
                s.duration(
                        "rollout.evidence-kept",
                        "400 d",
                        "升级证据日志保留时间",
                        "how long the log of what was seen of updates is kept"));
    }
}
