package io.slipway.checkin;

import io.slipway.protocol.WireUrl;
import io.slipway.settings.Settings;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * @param strict whether the published protocol's table is enforced to the letter; real devices then
 *     fail
 * @param zone what devices show as local time, unless they or their account have another
 * @param websocketUrl empty for {@code /v1/ws/} on the host that the request was sent to
 * @param websocketVersion of the binary frames, 1 to 3
 * @param mqtt given to devices instead of the WebSocket; null to use the WebSocket
 */
public record CheckInConfig(
        boolean strict,
        ZoneId zone,
        String websocketUrl,
        int websocketVersion,
        @Nullable Mqtt mqtt) {

    /**
     * @param endpoint {@code host} or {@code host:port}
     * @param group first part of the client id
     * @param signatureKey with which the gateway checks passwords
     * @param keepalive seconds
     */
    public record Mqtt(
            String endpoint,
            String group,
            String signatureKey,
            int keepalive,
            String publishTopic,
            String subscribeTopic) {}

    /**
     * Where devices open their sessions.
     *
     * @param base {@code scheme://host[:port]} that the request was sent to, empty when unknown
     * @return {@code ""} when it is unknown
     */
    public String websocketUrl(String base) {
        if (!websocketUrl.isEmpty()) {
            return websocketUrl;
        }
        // http://host → ws://host, https://host → wss://host
        return base.startsWith("http") ? "ws" + base.substring("http".length()) + "/v1/ws/" : "";
    }

    /** Reads them; errors are reported to {@code s}. */
    public static CheckInConfig read(Settings s) {
        boolean strict =
                s.onOff(
                        "ota.strict",
                        false,
                        "true",
                        "false",
                        "严格按需求文档的表格校验请求（真实设备会失败）",
                        "enforce the table of the published protocol strictly (real devices fail)");
        ZoneId zone =
                s.zone(
                        "time.zone",
                        "Asia/Shanghai",
                        "没有自己时区的账号和设备用的时区",
                        "time zone of accounts and devices without their own");
        boolean mqtt =
                s.onOff(
                        "transport",
                        false,
                        "mqtt",
                        "websocket",
                        "下发给设备的通信方式：websocket 或 mqtt",
                        "transport that devices are told to use: websocket or mqtt");
        String socket =
                s.text(
                        "websocket.url",
                        "",
                        v -> v.isEmpty() || WireUrl.isSocket(v),
                        "ws(s)://host[:port]/path that a device can open, with a colon only before"
                                + " the port",
                        "语音会话地址；留空为本机 /v1/ws/",
                        "URL at which devices open sessions; empty for /v1/ws/ on this server");
        int version = s.number("websocket.version", 1, 1, 3, "二进制帧版本", "version of binary frames");
        var config = new CheckInConfig(strict, zone, socket, version, mqtt(s, mqtt));
        s.whileRunning(
                "ota.strict",
                "transport",
                "websocket.url",
                "websocket.version",
                "mqtt.endpoint",
                "mqtt.signature-key",
                "mqtt.group",
                "mqtt.keepalive",
                "mqtt.publish-topic",
                "mqtt.subscribe-topic");
        return config;
    }

    private static @Nullable Mqtt mqtt(Settings s, boolean wanted) {
        String endpoint =
                s.text(
                        "mqtt.endpoint",
                        "",
                        v -> v.isEmpty() || WireUrl.isEndpoint(v),
                        "host or host:port without a scheme",
                        "MQTT 服务器 host[:port]，不带协议头",
                        "MQTT server, host[:port] without a scheme");
        String key =
                s.text(
                        "mqtt.signature-key",
                        "",
                        "xiaozhi-mqtt-gateway 的签名密钥",
                        "signature key of xiaozhi-mqtt-gateway");
        String word = "at most 64 characters, without spaces, quotes and @@@";
        var mqtt =
                new Mqtt(
                        endpoint,
                        s.text(
                                "mqtt.group",
                                "GID_default",
                                v -> v.matches("[A-Za-z0-9_.-]{1,64}"),
                                word,
                                "客户端 ID 的组名",
                                "group in the client id"),
                        key,
                        s.number("mqtt.keepalive", 240, 10, 3600, "保活秒数", "keep-alive in seconds"),
                        s.text(
                                "mqtt.publish-topic",
                                "device-server",
                                v -> v.matches("[!#-\\[\\]-~]{1,255}"),
                                word,
                                "设备发布的主题",
                                "topic to which devices publish"),
                        s.text(
                                "mqtt.subscribe-topic",
                                "devices/p2p/{mac}",
                                v -> v.matches("[!#-\\[\\]-~]{1,200}"),
                                word,
                                "设备订阅的主题，{mac} 会被替换",
                                "topic to which devices subscribe; {mac} is replaced"));
        if (wanted && endpoint.isEmpty()) {
            s.problem("mqtt.endpoint", endpoint, "set when transport=mqtt");
        }
        if (wanted && key.isEmpty()) {
            s.problem("mqtt.signature-key", key, "set when transport=mqtt");
        }
        return wanted ? mqtt : null;
    }
}
