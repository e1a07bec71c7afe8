package io.slipway.event;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The types of events. The wire names are permanent: programs compare them. */
public enum EventType {
    OFFERED("offered", Scope.DEVICE, "已向设备推送固件", "A device was offered a build"),
    DOWNLOADED("downloaded", Scope.DEVICE, "设备已下载完固件", "A device downloaded the build"),
    CONFIRMED("confirmed", Scope.DEVICE, "设备升级成功", "A device was updated successfully"),
    FAILED("failed", Scope.DEVICE, "设备安装失败", "A device could not install the build"),
    ROLLED_BACK(
            "rolled_back", Scope.DEVICE, "设备已回滚到旧固件", "A device rolled back to its previous build"),
    REGRESSED(
            "regressed",
            Scope.DEVICE,
            "设备升级后又退回旧固件",
            "A device booted the build and later went back"),
    SILENT("silent", Scope.DEVICE, "设备下载后没有再出现", "A device has not come back since its download"),
    LOST("lost", Scope.DEVICE, "设备升级后失联", "A device was lost after its download"),
    DELIVERY_FAILED(
            "delivery_failed",
            Scope.DEVICE,
            "设备多次下载失败",
            "A device repeatedly failed to download the build"),
    QUARANTINED(
            "quarantined",
            Scope.DEVICE,
            "固件不再推送给这台设备",
            "The build is no longer offered to a device"),
    QUARANTINE_CLEARED(
            "quarantine_cleared",
            Scope.DEVICE,
            "这台设备可以重新接收该固件",
            "The build may be offered to a device again"),
    EXTERNAL("external", Scope.DEVICE, "设备被以其他方式刷机", "A device was flashed by other means"),
    SAME_VERSION_OTHER_BUILD(
            "same_version_other_build",
            Scope.DEVICE,
            "设备运行同版本号的另一个固件",
            "A device runs another build of the same version"),
    ROLLOUT_CREATED("rollout_created", Scope.ROLLOUT, "已创建升级计划", "A rollout was created"),
    ROLLOUT_STARTED("rollout_started", Scope.ROLLOUT, "升级计划已开始", "A rollout was started"),
    ROLLOUT_APPROVED("rollout_approved", Scope.ROLLOUT, "升级计划已获批准", "A rollout was approved"),
    ROLLOUT_PAUSED("rollout_paused", Scope.ROLLOUT, "升级计划已暂停", "A rollout was paused"),
    ROLLOUT_RESUMED("rollout_resumed", Scope.ROLLOUT, "升级计划已继续", "A rollout was resumed"),
    ROLLOUT_WIDENED("rollout_widened", Scope.ROLLOUT, "升级计划已扩大范围", "A rollout was widened"),
    ROLLOUT_TURNED_BACK(
            "rollout_turned_back", Scope.ROLLOUT, "升级计划已发起回退", "A rollout was turned back"),
    ROLLOUT_HALTED("rollout_halted", Scope.ROLLOUT, "升级计划已停止", "A rollout halted"),
    ROLLOUT_DONE("rollout_done", Scope.ROLLOUT, "升级计划已完成", "A rollout was completed"),
    ROLLOUT_CANCELLED("rollout_cancelled", Scope.ROLLOUT, "升级计划已取消", "A rollout was cancelled"),
    STAGE_STARTED("stage_started", Scope.ROLLOUT, "已进入下一阶段", "A stage was started"),
    STAGE_PROMOTED(
            "stage_promoted", Scope.ROLLOUT, "阶段由人工放行", "A person promoted a rollout past a stage"),
    GATE_PASSED("gate_passed", Scope.ROLLOUT, "阶段已达标", "A stage passed its gate"),
    STRATUM_HALTED(
            "stratum_halted",
            Scope.ROLLOUT,
            "某一类设备的升级已停止",
            "A rollout halted for one kind of device"),
    STRATUM_PAUSED(
            "stratum_paused",
            Scope.ROLLOUT,
            "某一类设备的升级已暂停，等待人工决定",
            "A rollout was paused for one kind of device, until a person decides"),
    STRATUM_RESUMED(
            "stratum_resumed",
            Scope.ROLLOUT,
            "某一类设备的升级已继续",
            "A rollout was resumed for one kind of device"),
    BUILD_UPLOADED("build_uploaded", Scope.ROLLOUT, "已上传固件", "A build was uploaded"),
    BUILD_DELETED("build_deleted", Scope.ROLLOUT, "已删除固件", "A build was deleted"),
    BUILD_QUARANTINED("build_quarantined", Scope.ROLLOUT, "固件已停止推送", "A build was quarantined"),
    BUILD_CLEARED("build_cleared", Scope.ROLLOUT, "固件已恢复推送", "A build may be offered again"),
    OUTAGE(
            "outage",
            Scope.ROLLOUT,
            "服务故障，暂停推送",
            "The server had failures and stopped offering updates"),
    OUTAGE_OVER(
            "outage_over",
            Scope.ROLLOUT,
            "服务已恢复，继续推送",
            "The server recovered and offers updates again"),
    WEBHOOK_OFF(
            "webhook_off",
            Scope.ROLLOUT,
            "Webhook 连续失败，已停用",
            "A webhook failed too often and was disabled");

    private enum Scope {
        DEVICE,
        ROLLOUT
    }

    private static final Map<String, EventType> BY_WIRE =
            Arrays.stream(values())
                    .collect(Collectors.toUnmodifiableMap(EventType::wire, Function.identity()));

    private final String wire;
    private final Scope scope;
    private final String zh;
    private final String en;

    EventType(String wire, Scope scope, String zh, String en) {
        this.wire = wire;
        this.scope = scope;
        this.zh = zh;
        this.en = en;
    }

    /** The name in the API, such as {@code rollout_halted}. */
    @JsonValue
    public String wire() {
        return wire;
    }

    /** The type with a wire name. */
    public static Optional<EventType> of(String wire) {
        return Optional.ofNullable(BY_WIRE.get(wire));
    }

    /**
     * Whether it happens to each device, perhaps a million times, rather than once to a rollout.
     */
    public boolean perDevice() {
        return switch (scope) {
            case DEVICE -> true;
            case ROLLOUT -> false;
        };
    }

    /** A short sentence in Chinese. */
    public String zh() {
        return zh;
    }

    /** A short sentence in English. */
    public String en() {
        return en;
    }
}
