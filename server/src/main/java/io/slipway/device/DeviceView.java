package io.slipway.device;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.cluster.Presence.LiveSession;
import io.slipway.http.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A device as the API shows it: the fields of console-api row 11, and what its owner has to know
 * beside.
 */
public final class DeviceView {

    private DeviceView() {}

    /**
     * In a list.
     *
     * @param now what is later than this reads as now (decisions D9)
     * @param chinese the language of what to do
     */
    public static Map<String, @Nullable Object> of(
            Device device, OnlineDevices online, long now, boolean chinese) {
        String mac = device.mac().toString();
        var view = new LinkedHashMap<String, @Nullable Object>();
        view.put("id", mac);
        view.put("deviceId", Long.toString(device.id()));
        view.put("userId", device.accountId());
        view.put("macAddress", mac);
        view.put("lastConnectedAt", time(Math.min(device.seenAt(), now)));
        view.put("online", online.is(device));
        view.put("session", session(online.session(device)));
        view.put("autoUpdate", device.autoUpdate() ? 1 : 0);
        view.put("board", device.board());
        view.put("alias", device.alias());
        view.put("agentId", device.agentId());
        view.put("appVersion", device.version());
        view.put("sort", device.sort());
        view.put("timeZone", device.zone());
        view.put("channel", device.labels().channel());
        view.put("tags", device.labels().tags());
        view.put("updater", device.updater());
        view.put("updateDate", time(device.updatedAt()));
        view.put("creator", device.accountId());
        view.put("createDate", time(device.boundAt()));
        view.put("chip", device.chip());
        view.put("proven", device.proven());
        view.put("weakIdentity", device.weak());
        view.put("contested", device.contested());
        view.put("boundFrom", device.proven() ? null : device.provisional().from());
        view.put("expectedUntil", time(device.expectedUntil()));
        boolean withoutToken = device.entry().withoutToken() && !device.weak();
        view.put("acceptWithoutToken", withoutToken ? 1 : 0);
        view.put("program", device.entry().program());
        view.put("attention", attention(device, chinese));
        return view;
    }

    /** One device with all that it reported. */
    static Map<String, @Nullable Object> whole(
            Device device, OnlineDevices online, long now, boolean chinese) {
        var view = of(device, online, now, chinese);
        view.put("elfSha256", device.elf());
        view.put("slot", device.slot());
        view.put("language", device.language());
        view.put("address", device.address());
        JsonNode facts = Json.read(device.facts().getBytes(StandardCharsets.UTF_8));
        view.put("facts", facts);
        view.put("checkIns", device.checkIns(now).stream().map(DeviceView::time).toList());
        return view;
    }

    private static @Nullable Map<String, @Nullable Object> session(@Nullable LiveSession session) {
        if (session == null) {
            return null;
        }
        var view = new LinkedHashMap<String, @Nullable Object>();
        view.put("id", session.sessionId());
        view.put("since", time(session.since()));
        view.put("address", session.address());
        view.put("version", session.version());
        view.put("backend", session.backend());
        view.put("agentId", session.agentId());
        return view;
    }

    /** A moment as the API shows it; null for none. */
    public static @Nullable String time(long at) {
        return at == 0 ? null : Instant.ofEpochMilli(at).toString();
    }

    private static List<Map<String, Object>> attention(Device device, boolean chinese) {
        if (device.proven()) {
            return List.of();
        }
        if (device.contested()) {
            return List.of(contested(device, chinese));
        }
        String zh = "仅凭 MAC 地址或序列号绑定，尚未证实。输入设备报出的激活码即可证实。";
        String en =
                "Bound by its MAC or serial number alone, not proven. A code that it shows would"
                        + " prove it.";
        return List.of(item("unproven", chinese ? zh : en, List.of()));
    }

    private static Map<String, Object> contested(Device device, boolean chinese) {
        String from = device.provisional().from();
        String zh = "另一台设备使用同一个 MAC 或序列号。现在绑定的这台首次来自 " + from + "，尚未证实：请选出您手上的那一台，或输入它报出的激活码。";
        String en =
                "Another device has the same MAC or serial number. The one that is bound, first seen"
                        + " from "
                        + from
                        + ", is not proven: choose which is yours, or enter the code that it shows.";
        String path = "/v1/devices/" + device.mac() + "/";
        var actions =
                List.of(
                        "GET " + path + "others",
                        "POST " + path + "others/{id}/take",
                        "POST " + path + "prove");
        return item("contested", chinese ? zh : en, actions);
    }

    private static Map<String, Object> item(String kind, String text, List<String> actions) {
        var item = new LinkedHashMap<String, Object>();
        item.put("kind", kind);
        item.put("text", text);
        item.put("actions", actions);
        return item;
    }
}
