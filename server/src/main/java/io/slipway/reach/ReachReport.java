package io.slipway.reach;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What {@code ./slipway reach} prints: the same as the console's page, without a request. */
public final class ReachReport {

    private ReachReport() {}

    /** Its lines, in both languages. */
    public static List<String> lines(ReachConfig config) {
        String set = config.http().publicUrl();
        int port = config.http().port();
        var lines = new ArrayList<String>();
        lines.add("public.url:           " + (set.isEmpty() ? "未设置 not set" : set));
        String proxies =
                config.http().trustedProxies().stream()
                        .map(each -> each.network().getHostAddress() + "/" + each.prefix())
                        .collect(Collectors.joining(", "));
        lines.add("http.trusted-proxies: " + (proxies.isEmpty() ? "未设置 not set" : proxies));
        List<LocalAddresses.LocalAddress> lan = LocalAddresses.of(config.http());
        if (!set.isEmpty()) {
            lines.add("设备得到的地址 What devices are given:");
            lines.addAll(urls(set, config));
        }
        lines.add("本机的局域网地址 This machine on local networks:");
        for (LocalAddresses.LocalAddress each : lan) {
            lines.add("  " + each.base(port) + AddressCheck.OTA + "  (" + each.network() + ")");
            if (set.isEmpty()) {
                lines.addAll(urls(each.base(port), config));
            }
        }
        if (lan.isEmpty()) {
            lines.add(
                    "  没有：本机没有，http.host 不包括它，或 tls.plain-devices=off none: this machine has"
                            + " none, http.host excludes it, or tls.plain-devices=off");
        }
        for (Finding finding : Findings.ofSettings(config)) {
            lines.add("! " + finding.text().zh() + "。" + finding.todo().zh() + "。");
            lines.add("  " + finding.text().en() + ". " + finding.todo().en() + ".");
        }
        if (set.isEmpty()) {
            lines.add("经过代理时，请在控制台的“设置 → 设备如何访问”查看。");
            lines.add(
                    "Behind a proxy, see Settings → How devices reach this server in the console.");
        }
        return lines;
    }

    private static List<String> urls(String base, ReachConfig config) {
        var urls = ReachView.DeviceUrlsView.of(base, config);
        String session = urls.mqtt() == null ? urls.websocket() : urls.mqtt();
        return List.of(
                "    OTA        " + urls.ota(),
                "    activate   " + urls.activate(),
                "    " + (urls.mqtt() == null ? "WebSocket  " : "MQTT       ") + session,
                "    firmware   " + urls.firmware());
    }
}
