package io.slipway.device;

import io.slipway.http.schema.Described;
import io.slipway.http.schema.Inlined;
import io.slipway.http.schema.Omitted;
import org.jspecify.annotations.Nullable;

/**
 * A device in a list: the fields of console-api row 11, and what its owner has to know beside.
 *
 * @param username null where the reader is not told
 */
public record DeviceView(
        @Inlined ListedDevice device,
        @Described("谁的设备；只告诉管理员 · whose it is; administrators alone are told") @Omitted
                @Nullable String username) {

    /**
     * As its owner sees it.
     *
     * @param now what is later than this reads as now (decisions D9)
     * @param chinese the language of what to do
     */
    public static DeviceView of(Device device, OnlineDevices online, long now, boolean chinese) {
        return new DeviceView(ListedDevice.of(device, online, now, chinese), null);
    }
}
