package io.slipway.device;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.cluster.Presence.Live;
import io.slipway.http.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
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

    /** In a list; {@code chinese} is the language of what to do. */
    public static Map<String, @Nullable Object> of(Device device, Online online, boolean chinese) {
        String mac = device.mac().toString();
        var view = new LinkedHashMap<String, @Nullable Object>();
        view.put("id", mac);
        view.put("userId", device.accountId());
        view.put("macAddress", mac);
        view.put("lastConnectedAt", time(device.seenAt()));
        view.put("online", online.is(device));
        view.put("session", session(online.session(device)));
        view.put("autoUpdate", device.autoUpdate() ? 1 : 0);
        view.put("board", device.board());
        view.put("alias", device.alias());
        view.put("agentId", device.agentId());
        view.put("appVersion", device.version());
        view.put("sort", device.sort());
        view.put("channel", device.labels().channel());
        view.put("tags", device.labels().tags());
        view.put("updater", device.updater());
        view.put("updateDate", time(device.updatedAt()));
        view.put("creator", device.accountId());
        view.put("createDate", time(device.boundAt()));
        view.put("chip", device.chip());
        view.put("proven", device.proven());
        view.put("weakIdentity", device.weak());
        view.put("contested", device.rival() != null || !device.held());
        Device.Rival rival = device.rival();
        view.put("rival", rival == null ? null : rival.id());
        view.put("attention", attention(device, mac, chinese));
        return view;
    }

    /** One device with all that it reported. */
    static Map<String, @Nullable Object> whole(Device device, Online online, boolean chinese) {
        var view = of(device, online, chinese);
        view.put("elfSha256", device.elf());
        view.put("slot", device.slot());
        view.put("language", device.language());
        view.put("address", device.address());
        JsonNode facts = Json.read(device.facts().getBytes(StandardCharsets.UTF_8));
        view.put("facts", facts);
        view.put("checkIns", device.checkIns().stream().map(DeviceView::time).toList());
        return view;
    }

    private static @Nullable Map<String, @Nullable Object> session(@Nullable Live live) {
        if (live == null) {
            return null;
        }
        var view = new LinkedHashMap<String, @Nullable Object>();
        view.put("id", live.sessionId());
        view.put("since", time(live.since()));
        view.put("address", live.address());
        view.put("version", live.version());
        view.put("backend", live.backend());
        view.put("agentId", live.agentId());
        return view;
    }

    private static @Nullable String time(long at) {
        return at == 0 ? null : Instant.ofEpochMilli(at).toString();
    }

    private static List<Map<String, Object>> attention(Device device, String mac, boolean chinese) {
        var list = new ArrayList<Map<String, Object>>();
        Device.Rival rival = device.rival();
        if (!device.held()) {
            String zh = "另一个账号已绑定此设备。若设备仍在您手中，让它报出激活码并输入，即可立即收回；否则请解绑以移除此条目。";
            String en =
                    "Another account has bound this device. If you still have it, enter the code it"
                            + " shows to take it back at once; otherwise unbind it to remove this"
                            + " entry.";
            list.add(item("taken-over", chinese ? zh : en, List.of()));
        } else if (rival != null) {
            String what = rival.board() + " " + rival.version();
            String zh = "另一台设备（" + what + "）使用同一个 MAC。若您刚刷过机，请接受；否则请拒绝。";
            String en =
                    "Another device ("
                            + what
                            + ") calls with this MAC. Accept it if you have just re-flashed yours;"
                            + " refuse it otherwise.";
            String path = "/v1/devices/" + mac + "/rival/";
            list.add(
                    item(
                            "contested",
                            chinese ? zh : en,
                            List.of("POST " + path + "accept", "POST " + path + "refuse")));
        }
        if (device.held() && !device.proven()) {
            String zh = "仅凭 MAC 地址绑定，尚未证实。输入设备报出的激活码即可证实。";
            String en = "Bound by its MAC alone, not proven. A code that it shows would prove it.";
            list.add(item("unproven", chinese ? zh : en, List.of()));
        }
        return list;
    }

    private static Map<String, Object> item(String kind, String text, List<String> actions) {
        var item = new LinkedHashMap<String, Object>();
        item.put("kind", kind);
        item.put("text", text);
        item.put("actions", actions);
        return item;
    }
}
