package io.slipway.rollout.rules.attempt;

import io.slipway.text.Sentence;

/** Why an attempt is in its state, with a sentence for people (update-rules 2.2). */
public enum Cause {
    // update-rules E2
    OFFERED("已向设备提供更新", "The device was offered the build"),

    // update-rules E3
    DOWNLOADING("设备开始下载", "The download began"),
    DOWNLOADED("固件已完整下载", "The whole image was downloaded"),

    // update-rules U2
    BOOTED("设备已运行新固件，等待确认", "The device runs the new build; not confirmed yet"),

    // update-rules U3
    CHECKED_IN_AGAIN("设备再次以新固件上线", "The device checked in with the new build again"),
    SESSION_OPENED("设备已用新固件对话", "The device opened a session with the new build"),
    STAYED("观察期内一切正常", "No problems during the soak"),

    // update-rules U5
    CRASHED_EARLY(
            "下载完成后很快又以旧固件上线：新固件启动即崩溃并回滚",
            "Back on the old build soon after the download: the new one crashed at startup and"
                    + " was rolled back"),

    // update-rules U6
    NOT_INSTALLED(
            "下载完成后仍运行旧固件：校验失败或事后回滚",
            "Still on the old build after a complete download: verification failed, or it was"
                    + " rolled back later"),

    // update-rules U7
    WENT_BACK("新固件运行后又退回旧固件", "The device ran the new build and went back to the old one"),
    WENT_BACK_LATE("确认成功后又退回旧固件", "The device was confirmed and then went back to the old build"),

    // update-rules U8
    CUT_SHORT("下载中断", "The download was interrupted"),
    CAME_BACK_EARLY(
            "下载结束之前设备又以旧固件上线",
            "The device checked in with the old build before the download had ended"),

    // update-rules U9
    LAPSED("没有看到下载，等待设备下次上线", "No download was seen; waiting for the device's next check-in"),
    NOT_STARTED("设备没有开始下载", "The device did not start the download"),

    // update-rules U10
    STAGE_UNKNOWN(
            "设备仍运行旧固件；下载过程不可见，无法判断失败在哪一步",
            "Still on the old build; the download can't be observed, so it is unknown which step"
                    + " failed"),

    // update-rules U11
    SILENT("下载完成后设备没有再上线", "The device has not come back since the download"),
    OVERDUE("设备超过时限仍未上线，计为失败", "The device has not come back in time and counts as failed"),
    LOST("设备失联", "The device is lost"),

    // update-rules U12
    OTHER_BUILD("设备被刷入其他固件", "Another build was flashed onto the device"),
    OTHER_SLOT(
            "设备从线刷分区启动且固件不明",
            "The device runs an unknown build from the slot that is flashed by cable"),
    PIN_MOVED("设备身份已更换（闪存被擦除）", "The device has a new identity (its flash was erased)"),

    // update-rules U13
    IMITATED("版本号相同，但不是同一个固件", "Same version number, but a different build"),

    // update-rules F7
    GATEWAY_DOWN(
            "本服务器故障期间回滚，不计入固件失败",
            "Rolled back during an outage of this server: not counted as a failure of the build"),

    // decisions D9
    OUR_FAULT("下载由服务器中断，不计次数", "The server interrupted the download: not counted"),

    // update-rules E3
    END_UNKNOWN("下载结果未知", "The result of the download is unknown"),

    // update-rules X1
    RESTARTS("新固件反复重启", "The device restarts repeatedly with the new build"),

    // decisions D11
    SUPERSEDED("已被其他更新取代或取消", "Replaced by another update, or cancelled"),

    // update-rules U15
    CLEARED("隔离已解除", "The quarantine was lifted");

    private final String zh;
    private final String en;

    Cause(String zh, String en) {
        this.zh = zh;
        this.en = en;
    }

    public Sentence sentence() {
        return new Sentence(zh, en);
    }

    /**
     * Whether the image was not delivered, and not through a fault of this server: for the delivery
     * gate.
     */
    public boolean missed() {
        return this == CUT_SHORT || this == CAME_BACK_EARLY || this == NOT_STARTED;
    }
}
