package io.slipway.rollout.rules.plan;

import io.slipway.text.Sentence;

/** Why a device is not offered a build. */
public enum Refusal {
    // Concerning the device
    NO_ROLLOUT(Lasts.LONG, "没有正在进行的升级任务", "There is no active rollout"),
    UNBOUND(Lasts.LONG, "设备未绑定", "The device is not bound"),
    OPTED_OUT(Lasts.LONG, "设备关闭了自动升级", "Automatic updates are off for the device"),
    VERSION_UNREADABLE(
            Lasts.LONG,
            "设备的版本号无法解析，下发升级会使设备反复重启",
            "The device's version can't be parsed: an offer would make it restart endlessly"),
    NO_OTA_SLOT(
            Lasts.LONG,
            "设备没有可写入的 OTA 分区，只能线刷",
            "The device has no OTA slot to write to; it must be flashed by cable"),
    PARTITIONS_UNKNOWN(Lasts.LONG, "设备没有上报分区表", "The device did not report its partition table"),

    // Concerning the device and the rollout
    OTHER_ACCOUNT(Lasts.LONG, "升级任务属于其他账号", "The rollout belongs to another account"),
    NOT_SELECTED(Lasts.LONG, "设备不在升级范围内", "The device is not in the rollout's selection"),
    ALREADY(Lasts.LONG, "设备已运行该固件", "The device already runs the build"),
    SAME_VERSION_OTHER_BUILD(
            Lasts.LONG,
            "设备运行的固件版本号相同，但不是同一个固件",
            "The device runs another build of the same version"),
    NOT_NEWER(
            Lasts.LONG,
            "设备的版本不低于目标版本，设备会忽略",
            "The device's version is not lower than the build's: it would ignore the offer"),
    NOT_THE_BAD_BUILD(
            Lasts.LONG,
            "设备运行的不是要回退的固件",
            "The device does not run the build that is being turned back"),
    FORCE_NOT_ALLOWED(
            Lasts.LONG,
            "1.6.0 之前的固件不支持强制升级",
            "Firmware before 1.6.0 does not support forced updates"),
    TURNED_BACK(Lasts.LONG, "该固件正在被回退", "The build is being turned back by another rollout"),
    BOARD_UNKNOWN(Lasts.LONG, "设备没有上报板型", "The device did not report its board"),
    BOARD_MISMATCH(Lasts.LONG, "固件不适用于该板型", "The build is not for this board"),
    CHIP_UNKNOWN(Lasts.LONG, "设备没有上报芯片型号", "The device did not report its chip"),
    CHIP_MISMATCH(Lasts.LONG, "固件不适用于该芯片", "The build is not for this chip"),
    CHIP_REVISION(Lasts.LONG, "固件不支持该芯片版本", "The build is not for this revision of the chip"),
    NO_PSRAM(
            Lasts.LONG, "固件需要 PSRAM，设备没有", "The build needs PSRAM, which the device does not have"),
    SCHEME_MISMATCH(
            Lasts.LONG,
            "分区方案不符（v1/v2），需线刷分区表",
            "Wrong partition scheme (v1 or v2): the partition table must be flashed by cable"),
    IMAGE_TOO_LARGE(Lasts.LONG, "固件大于 OTA 分区", "The image is larger than the OTA slot"),
    FLOOR_NOT_PASSED(
            Lasts.LONG, "需先升级到过渡版本", "The device must be updated to an intermediate version first"),
    REBOOTS_UNWATCHED(
            Lasts.LONG,
            "1.8.0 之前的固件升级失败会重启，下载过程不可见时不下发",
            "Firmware before 1.8.0 reboots if an update fails: not offered where downloads can't"
                    + " be observed"),
    QUARANTINED(Lasts.LONG, "该设备的此固件已被隔离", "The build is quarantined on this device"),
    BUILD_QUARANTINED(Lasts.LONG, "该固件已被隔离", "The build is quarantined"),
    USED_UP(
            Lasts.LONG,
            "该设备升级此固件失败次数已达上限",
            "The build has failed on this device the maximum number of times"),

    // Concerning the rollout
    NOT_APPROVED(Lasts.LONG, "升级任务待审批", "The rollout is waiting for approval"),
    ENDED(Lasts.LONG, "升级任务已结束", "The rollout has ended"),
    PAUSED(Lasts.LONG, "升级任务已暂停", "The rollout is paused"),
    HALTED(Lasts.LONG, "升级任务已自动停止", "The rollout has halted"),
    GROUP_HALTED(Lasts.LONG, "该类设备的升级已自动停止", "The rollout has halted for devices like this one"),
    GROUP_PAUSED(
            Lasts.LONG,
            "该类设备的升级已暂停，等待人工决定",
            "The rollout is paused for devices like this one, until a person decides"),
    NOT_BEGUN(Lasts.LONG, "升级任务尚未到开始时间", "The rollout has not started yet"),
    NOT_IN_SHARE(Lasts.LONG, "设备不在当前阶段的比例内", "The device is not in the share of the current stage"),

    // Temporary
    JUST_CHANGED(
            Lasts.SHORT,
            "固件刚变更或首次上线，此时下发必然失败",
            "First check-in, or the build has just changed: an offer now would fail"),
    OPEN_OFFER(Lasts.SHORT, "设备有未完成的升级", "The device has an unfinished update"),
    BACKING_OFF(Lasts.SHORT, "距上次尝试时间太短", "Too soon after the last attempt"),
    WEAK_SIGNAL(
            Lasts.SHORT,
            "设备的 Wi-Fi 信号太弱，等信号好时再升级",
            "The device's Wi-Fi signal is too weak: waiting for a better one"),
    LOW_BATTERY(
            Lasts.SHORT,
            "设备上次对话时电量低且没有在充电，充电后再升级",
            "The device's battery was low and not charging during its last session: waiting until"
                    + " it is charged"),
    OUTSIDE_WINDOW(Lasts.SHORT, "不在升级时间窗口内", "Outside the rollout's hours"),
    IN_FLIGHT_FULL(
            Lasts.SHORT, "同时升级的设备数已达上限", "The maximum number of devices are already updating"),
    MINUTE_FULL(Lasts.SHORT, "本分钟下发数已达上限", "The maximum number of offers this minute is reached"),
    BANDWIDTH_FULL(Lasts.SHORT, "下载带宽已达上限", "The maximum download bandwidth is reached"),
    GRANTING_STOPPED(Lasts.SHORT, "服务器暂停下发升级", "The server is currently not making offers");

    /** How long it lasts. */
    private enum Lasts {
        LONG,
        SHORT
    }

    private final Lasts lasts;
    private final String zh;
    private final String en;

    Refusal(Lasts lasts, String zh, String en) {
        this.lasts = lasts;
        this.zh = zh;
        this.en = en;
    }

    public Sentence sentence() {
        return new Sentence(zh, en);
    }

    /** Whether the rollout does not concern the device, or is over. */
    boolean distant() {
        return this == OTHER_ACCOUNT || this == NOT_SELECTED || this == ENDED;
    }

    /** Whether its detail is the time at which it ends, ISO 8601. */
    public boolean timed() {
        return this == NOT_BEGUN
                || this == JUST_CHANGED
                || this == BACKING_OFF
                || this == OUTSIDE_WINDOW;
    }

    /**
     * Whether it is temporary, so that the device should wait for this rollout instead of getting a
     * lower-ranking one in the meantime.
     */
    public boolean passes() {
        return lasts == Lasts.SHORT;
    }
}
