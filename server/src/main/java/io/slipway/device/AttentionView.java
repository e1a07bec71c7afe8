package io.slipway.device;

import io.slipway.http.schema.Described;
import io.slipway.http.schema.Shape;
import java.util.List;

/** What the owner of a device should do about it, in the owner's language. */
record AttentionView(
        @Shape(values = {"contested", "unproven"}) String kind,
        String text,
        @Described(items = "可以调用的方法和路径 · method and path of a call that helps")
                List<String> actions) {

    static List<AttentionView> of(Device device, boolean chinese) {
        if (device.proven()) {
            return List.of();
        }
        if (device.contested()) {
            return List.of(contested(device, chinese));
        }
        String zh = "仅凭 MAC 地址或序列号绑定，尚未证实。输入设备报出的激活码即可证实。";
        String en =
                "Bound only by its MAC or serial number, not proven yet. Enter the activation"
                        + " code that it shows to prove it.";
        return List.of(new AttentionView("unproven", chinese ? zh : en, List.of()));
    }

    private static AttentionView contested(Device device, boolean chinese) {
        String from = device.provisional().from();
        String zh = "另一台设备使用同一个 MAC 或序列号。现在绑定的这台首次来自 " + from + "，尚未证实：请选出您手上的那一台，或输入它报出的激活码。";
        String en =
                "Another device uses the same MAC or serial number. The bound one, first seen from "
                        + from
                        + ", is not proven: choose the one that you hold, or enter the code that"
                        + " it shows.";
        String path = "/v1/devices/" + device.mac() + "/";
        var actions =
                List.of(
                        "GET " + path + "others",
                        "POST " + path + "others/{id}/take",
                        "POST " + path + "prove");
        return new AttentionView("contested", chinese ? zh : en, actions);
    }
}
