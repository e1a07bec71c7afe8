package io.slipway;

import io.slipway.http.Cidr;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The settings that an administrator may want to see, as they are in force. Named one by one, so
 * that a new setting with a secret in it is not shown before somebody has thought of it.
 */
final class ShownSettings {

    private ShownSettings() {}

    static Map<String, String> of(Config config) {
        var shown = new LinkedHashMap<String, String>();
        shown.put("public.url", config.http().publicUrl());
        shown.put(
                "http.trusted-proxies",
                config.http().trustedProxies().stream()
                        .map(ShownSettings::range)
                        .collect(Collectors.joining(", ")));
        var tls = config.http().tls();
        shown.put("tls.certificate", tls == null ? "" : tls.certificate().toString());
        if (tls != null) {
            shown.put("tls.port", Integer.toString(tls.port()));
            shown.put("tls.plain-devices", onOff(tls.plainDevices()));
        }
        shown.put("data.dir", config.dataFolder().toAbsolutePath().toString());
        shown.put("account.registration", config.account().openRegistration() ? "open" : "closed");
        shown.put("account.captcha", onOff(config.account().captcha()));
        shown.put("preregister.mac", config.activation().preregisterAll() ? "all" : "trusted");
        shown.put("time.zone", config.checkIn().zone().toString());
        shown.put("ota.strict", Boolean.toString(config.checkIn().strict()));
        shown.put("transport", config.checkIn().mqtt() == null ? "websocket" : "mqtt");
        shown.put("websocket.url", config.checkIn().websocketUrl());
        shown.put("session.private-backends", onOff(config.agent().privateBackends()));
        shown.put("session.most", Integer.toString(config.session().most()));
        shown.put("webhooks.private", onOff(config.event().privateWebhooks()));
        shown.put("firmware.max-image", config.firmware().maxImage() / (1024 * 1024) + " MiB");
        shown.put("firmware.behind-proxy", Boolean.toString(config.firmware().behindProxy()));
        shown.put("account.audit-kept", time(config.account().auditKept()));
        shown.put("checkin.counters-kept", time(config.device().countersKept()));
        shown.put("history.kept", time(config.history().kept()));
        shown.put("events.kept", time(config.event().kept()));
        shown.put("rollout.evidence-kept", time(config.rollout().evidenceKept()));
        return shown;
    }

    private static String range(Cidr range) {
        return range.network().getHostAddress() + "/" + range.prefix();
    }

    private static String onOff(boolean on) {
        return on ? "on" : "off";
    }

    private static String time(Duration time) {
        return time.toHours() % 24 == 0 && time.toHours() > 72
                ? time.toDays() + " d"
                : time.toMinutes() % 60 == 0 && time.toMinutes() > 0
                        ? time.toHours() + " h"
                        : time.toSeconds() + " s";
    }
}
