package io.slipway.device;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.http.Json;
import io.slipway.http.schema.Described;
import io.slipway.http.schema.Inlined;
import io.slipway.http.schema.Omitted;
import io.slipway.http.schema.Shape;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One device with everything that it reported.
 *
 * @param username null unless the reader is an administrator
 */
record DeviceDetailView(
        @Inlined ListedDevice device,
        String elfSha256,
        @Described("正在运行的分区 · the slot that it runs from") String slot,
        String language,
        @Described("最近的来源 IP · the IP address that it last came from") String address,
        @Described("上报的其余内容 · everything else that it reported") @Shape(schema = "DeviceFacts")
                JsonNode facts,
        @Described("最近的检查时间 · times of its last check-ins") List<Instant> checkIns,
        @Described("谁的设备；只告诉管理员 · its owner; present only for administrators") @Omitted
                @Nullable String username) {

    /**
     * @param now later times are shown as this one (decisions D9)
     * @param chinese the language of the advice
     */
    static DeviceDetailView of(
            Device device,
            OnlineDevices online,
            long now,
            boolean chinese,
            @Nullable String username) {
        return new DeviceDetailView(
                ListedDevice.of(device, online, now, chinese),
                device.report().elf(),
                device.report().slot(),
                device.report().language(),
                device.seen().address(),
                Json.read(device.report().json()),
                device.checkIns(now).stream().map(Instant::ofEpochMilli).toList(),
                username);
    }
}
