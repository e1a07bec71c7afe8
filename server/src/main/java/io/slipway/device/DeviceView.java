package io.slipway.device;

import io.slipway.http.schema.Described;
import io.slipway.http.schema.Inlined;
import io.slipway.http.schema.Omitted;
import org.jspecify.annotations.Nullable;

/**
 * A device in a list: the fields of console-api row 11, and what else its owner needs to know.
 *
 * @param username null unless the reader is an administrator
 */
public record DeviceView(
        @Inlined ListedDevice device,
        @Described("谁的设备；只告诉管理员 · its owner; present only for administrators") @Omitted
                @Nullable String username) {

    /**
     * As seen by its owner.
     *
     * @param now later times are shown as this one (decisions D9)
     * @param chinese the language of the advice
     */
    public static DeviceView of(Device device, OnlineDevices online, long now, boolean chinese) {
        return new DeviceView(ListedDevice.of(device, online, now, chinese), null);
    }
}
