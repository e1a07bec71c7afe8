package io.slipway;

import io.slipway.account.AccountConfig;
import io.slipway.activation.ActivationConfig;
import io.slipway.agent.AgentConfig;
import io.slipway.checkin.CheckInConfig;
import io.slipway.device.Devices;
import io.slipway.event.EventConfig;
import io.slipway.firmware.FirmwareConfig;
import io.slipway.http.Cidr;
import io.slipway.http.HttpConfig;
import io.slipway.protocol.WireUrl;
import io.slipway.rollout.RolloutConfig;
import io.slipway.session.SessionConfig;
import io.slipway.sql.DatabaseConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * All settings. Only {@link Main} sees the whole; a feature gets its own part.
 *
 * @param masterKey 64 hex digits, or empty for the file in the data folder
 * @param cachedPairs bound pairs kept in memory
 * @param historyKept what was said in sessions
 * @param shutdownGrace for running calls after SIGTERM
 */
public record Config(
        HttpConfig http,
        Path dataFolder,
        DatabaseConfig database,
        String masterKey,
        AccountConfig account,
        Duration auditKept,
        AgentConfig agent,
        ActivationConfig activation,
        Devices.Config device,
        CheckInConfig checkIn,
        SessionConfig session,
        RolloutConfig rollout,
        FirmwareConfig firmware,
        EventConfig event,
        int cachedPairs,
        Duration countersKept,
        Duration historyKept,
        Duration shutdownGrace) {

    /** Settings that don't hold, all of them. */
    static final class Invalid extends Exception {
        private final List<String> problems;

        Invalid(List<String> problems) {
            super(String.join("\n", problems));
            this.problems = List.copyOf(problems);
        }

        List<String> problems() {
            return problems;
        }
    }

    /** Reads and checks everything before anything starts. */
    static Config read(Properties file, Map<String, String> environment) throws Invalid {
        var settings = new Settings(file, environment);
        Config config = read(settings);
        List<String> problems = settings.problems();
        if (!problems.isEmpty()) {
            throw new Invalid(problems);
        }
        return config;
    }

    /** Every setting there is. */
    static List<Settings.Declared> declared() {
        var settings = new Settings(new Properties(), Map.of());
        Config config = read(settings);
        if (config.http().port() != 8080) {
            throw new IllegalStateException("the defaults don't hold");
        }
        return settings.declared();
    }

    private static Config read(Settings s) {
        HttpConfig http = http(s);
        Path folder = Path.of(s.text("data.dir", "data", "数据目录", "data folder"));
        var database =
                new DatabaseConfig(
                        folder,
                        s.text(
                                "database.url",
                                "",
                                v -> v.isEmpty() || v.startsWith("jdbc:postgresql://"),
                                "jdbc:postgresql://… or empty",
                                "留空使用内置 SQLite；多节点用 jdbc:postgresql://…",
                                "empty for the embedded SQLite; jdbc:postgresql://… for several nodes"),
                        s.text("database.user", "", "PostgreSQL 用户", "PostgreSQL user"),
                        s.text("database.password", "", "PostgreSQL 密码", "its password"),
                        s.number(
                                "database.pool-size",
                                8,
                                1,
                                200,
                                "每个平面的连接数",
                                "connections a plane"));
        String key =
                s.text(
                        "secret.key",
                        "",
                        v -> v.isEmpty() || v.matches("[0-9a-fA-F]{64}"),
                        "64 hex digits",
                        "加密密钥；留空则用 data.dir 下的 secret.key，首次启动时生成；多节点须相同",
                        "encryption key; empty for the file secret.key in data.dir, made at first start; the same on all nodes");
        boolean open =
                s.onOff(
                        "account.registration",
                        true,
                        "open",
                        "closed",
                        "是否开放注册",
                        "whether anybody may register");
        var account =
                new AccountConfig(
                        s.onOff(
                                "account.captcha",
                                true,
                                "on",
                                "off",
                                "注册和登录是否需要图形验证码",
                                "image captcha at registration and login"),
                        open,
                        s.number(
                                "account.registrations-per-hour",
                                AccountConfig.REGISTRATIONS_PER_HOUR,
                                1,
                                1_000_000,
                                "每个地址每小时的注册次数",
                                "registrations an hour and address"));
        Duration audit =
                s.duration(
                        "account.audit-kept",
                        "400 d",
                        "审计日志保留时间",
                        "how long audit entries are kept");
        return new Config(
                http,
                folder,
                database,
                key,
                account,
                audit,
                new AgentConfig(
                        s.onOff(
                                "session.private-backends",
                                false,
                                "on",
                                "off",
                                "语音后端是否可以在内网",
                                "whether voice backends may be in private networks")),
                activation(s, open),
                new Devices.Config(
                        s.duration(
                                "device.take-over-after",
                                "72 h",
                                "已绑定设备离线多久后，别的账号可用激活码接管",
                                "silence after which another account's code takes a bound device over")),
                checkIn(s),
                session(s, http.socketBuffer()),
                RolloutSettings.read(s),
                FirmwareSettings.read(s, folder),
                EventSettings.read(s),
                s.number(
                        "checkin.cached-pairs",
                        2_000_000,
                        1_000,
                        100_000_000,
                        "内存中缓存的已绑定设备数",
                        "bound devices kept in memory"),
                s.duration(
                        "checkin.counters-kept",
                        "400 d",
                        "每小时统计的保留时间",
                        "how long hourly counters are kept"),
                s.duration("history.kept", "60 d", "聊天记录的保留时间", "how long chat history is kept"),
                s.duration(
                        "shutdown.grace",
                        "120 s",
                        "收到 SIGTERM 后等待进行中请求的时间",
                        "time for running requests after SIGTERM"));
    }

    private static HttpConfig http(Settings s) {
        String host = s.text("http.host", "0.0.0.0", "监听地址", "address to listen on");
        int port = s.number("http.port", 8080, 0, 65535, "监听端口", "port to listen on");
        String url =
                s.text(
                        "public.url",
                        "",
                        v -> v.isEmpty() || isBase(v),
                        "http(s)://host or http(s)://host:port, without a path",
                        "对外地址；留空则跟随设备所访问的 Host",
                        "address that people and devices use; empty to follow the Host that was called");
        var proxies = new ArrayList<Cidr>();
        String named =
                s.text(
                        "http.trusted-proxies",
                        "",
                        "可信反向代理的地址或网段，逗号分隔；只有它们的 X-Forwarded-* 有效",
                        "reverse proxies whose X-Forwarded-* count: addresses or CIDR ranges, comma-separated");
        for (String proxy : named.isEmpty() ? List.<String>of() : List.of(named.split(","))) {
            Cidr.parse(proxy.strip())
                    .ifPresentOrElse(
                            proxies::add,
                            () ->
                                    s.problem(
                                            "http.trusted-proxies",
                                            proxy,
                                            "addresses or CIDR ranges"));
        }
        Duration idle =
                s.duration(
                        "http.idle-timeout",
                        "75 s",
                        "空闲连接的关闭时间",
                        "idle connections are closed after");
        int buffer =
                s.number(
                        "session.buffer",
                        64,
                        16,
                        4_096,
                        "每个会话每个方向的缓冲上限，KiB",
                        "KiB that may wait in memory for each direction of a session");
        return new HttpConfig(host, port, proxies, url, idle, buffer * 1024);
    }

    private static SessionConfig session(Settings s, int buffer) {
        boolean reboot =
                s.onOff(
                        "session.reboot-refused",
                        true,
                        "on",
                        "off",
                        "拒绝会话时，若重启有用，则让设备重启",
                        "restart a device that is refused a session, where that helps");
        Duration idle =
                s.duration(
                        "session.idle-timeout",
                        "100 s",
                        "服务器多久没有向设备发送数据就结束会话；须小于 120 s",
                        "a session in which nothing was sent to the device for so long ends; below 120 s");
        if (idle.compareTo(Duration.ofSeconds(115)) > 0 || idle.toSeconds() < 1) {
            s.problem("session.idle-timeout", idle.toSeconds() + " s", "1 s to 115 s");
        }
        return new SessionConfig(
                reboot,
                idle,
                s.duration(
                        "session.longest",
                        "4 h",
                        "一次会话的最长时间",
                        "a session ends after this, whatever goes on"),
                s.duration(
                        "session.keep-alive",
                        "30 d",
                        "设备多久没有出现就必须重启后才能对话",
                        "a device that was not seen for so long must restart before it may talk"),
                s.duration(
                        "session.write-timeout",
                        "20 s",
                        "对方多久不接收数据就断开",
                        "a peer that takes nothing for so long is cut"),
                s.number(
                        "session.most", 25_000, 10, 1_000_000, "本节点的会话上限", "sessions on this node"),
                buffer);
    }

    private static boolean isBase(String url) {
        return WireUrl.isDownload(url) && url.matches("https?://[^/?]+");
    }

    private static ActivationConfig activation(Settings s, boolean openRegistration) {
        String who =
                s.text(
                        "preregister.mac",
                        "",
                        v -> v.isEmpty() || v.equals("all") || v.equals("trusted"),
                        "all or trusted",
                        "谁可以按 MAC 批量导入：all 或 trusted；默认开放注册时为 trusted，否则 all",
                        "who may import MAC addresses: all or trusted; by default trusted while registration is open, else all");
        boolean all = who.isEmpty() ? !openRegistration : who.equals("all");
        return new ActivationConfig(
                s.number(
                        "activation.max-codes",
                        500_000,
                        100,
                        5_000_000,
                        "同时有效的激活码上限",
                        "live activation codes in all"),
                s.number(
                        "activation.codes-per-address",
                        100,
                        1,
                        5_000_000,
                        "每个客户端地址的激活码上限",
                        "live codes of one client address"),
                all);
    }

    private static CheckInConfig checkIn(Settings s) {
        boolean strict =
                s.onOff(
                        "ota.strict",
                        false,
                        "true",
                        "false",
                        "严格按需求文档的表格校验请求（真实设备会失败）",
                        "the requirement's table to the letter (real devices fail)");
        ZoneId zone =
                s.zone("time.zone", "Asia/Shanghai", "下发给设备的时区", "time zone that devices show");
        boolean mqtt =
                s.onOff(
                        "transport",
                        false,
                        "mqtt",
                        "websocket",
                        "下发给设备的通信方式：websocket 或 mqtt",
                        "what devices are told to use: websocket or mqtt");
        String socket =
                s.text(
                        "websocket.url",
                        "",
                        v -> v.isEmpty() || WireUrl.isSocket(v),
                        "ws(s)://host[:port]/path that a device can open: a colon only before the port",
                        "语音会话地址；留空为本机 /v1/ws/",
                        "where sessions open; empty for /v1/ws/ on this server");
        int version = s.number("websocket.version", 1, 1, 3, "二进制帧版本", "version of binary frames");
        return new CheckInConfig(strict, zone, socket, version, mqtt(s, mqtt));
    }

    private static CheckInConfig.@Nullable Mqtt mqtt(Settings s, boolean wanted) {
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
        String word = "without blanks, quotes and @@@, at most 64 characters";
        var mqtt =
                new CheckInConfig.Mqtt(
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
                                "topic that devices publish to"),
                        s.text(
                                "mqtt.subscribe-topic",
                                "devices/p2p/{mac}",
                                v -> v.matches("[!#-\\[\\]-~]{1,200}"),
                                word,
                                "设备订阅的主题，{mac} 会被替换",
                                "topic that devices subscribe to; {mac} is replaced"));
        if (wanted && endpoint.isEmpty()) {
            s.problem("mqtt.endpoint", endpoint, "set when transport=mqtt");
        }
        if (wanted && key.isEmpty()) {
            s.problem("mqtt.signature-key", key, "set when transport=mqtt");
        }
        return wanted ? mqtt : null;
    }
}
