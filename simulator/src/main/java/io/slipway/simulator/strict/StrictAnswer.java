package io.slipway.simulator.strict;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.slipway.protocol.FirmwareVersion;
import io.slipway.simulator.board.DeviceProfile;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Parses the body of a reply to the OTA check as all firmware releases together do, and names the
 * first rule of device-contract 0 that it breaks.
 */
public final class StrictAnswer {

    private static final long DAY_MS = 86_400_000L;
    private static final int MAX_OFFSET_MINUTES = 14 * 60;

    private final CJson.Fields root;
    private final DeviceProfile device;

    private StrictAnswer(CJson.Fields root, DeviceProfile device) {
        this.root = root;
        this.device = device;
    }

    /**
     * @param nowMs the true time, ms since the epoch
     * @throws RuleBroken if some device would break
     */
    public static OtaAnswer read(byte[] body, DeviceProfile device, long nowMs) {
        CJson parsed;
        try {
            parsed = CJson.parse(UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString());
        } catch (CharacterCodingException e) {
            throw new RuleBroken("R5", "not UTF-8");
        } catch (IllegalArgumentException e) {
            throw new RuleBroken("R5", "not JSON: " + e.getMessage());
        }
        if (!(parsed instanceof CJson.Fields root)) {
            throw new RuleBroken("R5", "not a JSON object");
        }
        noNull(root, "");
        return new StrictAnswer(root, device).read(nowMs);
    }

    private static void noNull(CJson value, String where) {
        switch (value) {
            case CJson.Null n -> throw new RuleBroken("R6", "null at " + where);
            case CJson.Fields fields -> {
                for (CJson.Field field : fields.list()) {
                    noNull(field.value(), where + "/" + field.key());
                }
            }
            case CJson.Items items -> items.values().forEach(item -> noNull(item, where + "[]"));
            case CJson.JsonText t -> {}
            case CJson.Num n -> {}
            case CJson.Bool b -> {}
        }
    }

    private OtaAnswer read(long nowMs) {
        if (root.has("mqtt") && root.has("websocket")) {
            throw new RuleBroken("R11", "both mqtt and websocket");
        }
        serverTime(nowMs);
        Map<String, String> mqtt = settings("mqtt");
        mqtt();
        Map<String, String> websocket = settings("websocket");
        websocket();
        CJson.@Nullable Fields activation = activation();
        CJson.@Nullable Fields firmware = section("firmware");
        boolean upgrade = firmware(firmware);
        String url = firmware == null ? null : firmware.text("url");
        return new OtaAnswer(
                activation == null ? null : activation.text("code"),
                activation == null ? null : activation.text("message"),
                activation == null ? null : activation.text("challenge"),
                websocket,
                mqtt,
                firmware == null ? null : firmware.text("version"),
                url == null ? "" : url,
                upgrade);
    }

    private CJson.@Nullable Fields section(String name) {
        CJson value = root.get(name);
        if (value != null && !(value instanceof CJson.Fields)) {
            throw new RuleBroken("R7", name + " is not an object");
        }
        return (CJson.Fields) value;
    }

    private static void strings(CJson.Fields section, String name, String... keys) {
        for (String key : keys) {
            if (section.has(key) && section.text(key) == null) {
                throw new RuleBroken("R7", name + "." + key + " is not a string");
            }
        }
    }

    private static void numbers(CJson.Fields section, String name, String... keys) {
        for (String key : keys) {
            if (section.has(key) && section.number(key) == null) {
                throw new RuleBroken("R7", name + "." + key + " is not a number");
            }
        }
    }

    private void serverTime(long nowMs) {
        CJson.Fields time = section("server_time");
        if (time == null) {
            return;
        }
        numbers(time, "server_time", "timestamp", "timezone_offset");
        Double timestamp = time.number("timestamp");
        Double offset = time.number("timezone_offset");
        if (timestamp != null && Math.abs(timestamp - nowMs) > DAY_MS) {
            throw new RuleBroken(
                    "§2.5", "server_time.timestamp is not the current time in ms: " + timestamp);
        }
        if (offset != null && Math.abs(offset) > MAX_OFFSET_MINUTES) {
            throw new RuleBroken(
                    "§2.5", "server_time.timezone_offset is not in minutes: " + offset);
        }
    }

    // device-contract R2 for every key that the firmware would write to NVS.
    private Map<String, String> settings(String name) {
        CJson.Fields section = section(name);
        if (section == null) {
            return Map.of();
        }
        if (section.list().isEmpty()) {
            throw new RuleBroken("R11", "empty " + name);
        }
        var settings = new LinkedHashMap<String, String>();
        for (CJson.Field field : section.list()) {
            int key = field.key().getBytes(UTF_8).length;
            if (key < 1 || key > 15) {
                throw new RuleBroken("R2", name + "." + field.key() + ": key of " + key + " bytes");
            }
            switch (field.value()) {
                case CJson.JsonText text -> {
                    int value = text.value().getBytes(UTF_8).length;
                    if (value >= 1024) {
                        throw new RuleBroken(
                                "R2", name + "." + field.key() + ": value of " + value + " bytes");
                    }
                    settings.put(field.key(), text.value());
                }
                // (int) of a double saturates, both in C and here.
                case CJson.Num num -> settings.put(field.key(), String.valueOf((int) num.value()));
                case CJson.Bool b -> {}
                case CJson.Null n -> {}
                case CJson.Items i -> {}
                case CJson.Fields f -> {}
            }
        }
        return settings;
    }

    private void mqtt() {
        CJson.Fields mqtt = section("mqtt");
        if (mqtt == null) {
            return;
        }
        var texts =
                List.of(
                        "endpoint",
                        "client_id",
                        "username",
                        "password",
                        "publish_topic",
                        "subscribe_topic");
        strings(mqtt, "mqtt", texts.toArray(String[]::new));
        numbers(mqtt, "mqtt", "keepalive");
        String endpoint = mqtt.text("endpoint");
        if (endpoint == null || endpoint.isEmpty()) {
            throw new RuleBroken("R3", "mqtt without endpoint");
        }
        if (!Wired.endpoint(endpoint)) {
            throw new RuleBroken("R3", "mqtt.endpoint " + endpoint);
        }
        for (String key : texts) {
            String value = mqtt.text(key);
            if (value != null && value.chars().anyMatch(c -> c == '"' || c < ' ')) {
                throw new RuleBroken("§2.3", "mqtt." + key + " breaks a modem's AT command");
            }
        }
    }

    private void websocket() {
        CJson.Fields socket = section("websocket");
        if (socket == null) {
            return;
        }
        strings(socket, "websocket", "url", "token");
        numbers(socket, "websocket", "version");
        String url = socket.text("url");
        String token = socket.text("token");
        if (url == null || !Wired.url(url, "ws", "wss")) {
            throw new RuleBroken("R4", "websocket.url " + url);
        }
        if (token == null || token.isEmpty()) {
            // py-xiaozhi uses its own "test-token" instead.
            throw new RuleBroken("§2.4", "websocket without token");
        }
        if (token.chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw new RuleBroken("§2.4", "websocket.token does not fit a header line");
        }
    }

    private CJson.@Nullable Fields activation() {
        CJson.Fields activation = section("activation");
        if (activation == null) {
            return null;
        }
        strings(activation, "activation", "code", "message", "challenge");
        numbers(activation, "activation", "timeout_ms");
        String code = activation.text("code");
        String message = activation.text("message");
        String challenge = activation.text("challenge");
        if (challenge == null || challenge.isEmpty()) {
            throw new RuleBroken("§2.2", "activation without challenge: the device never polls");
        }
        if (code != null && !code.matches("[0-9]{6,}")) {
            throw new RuleBroken("§4", "activation.code is not 6 digits or more: " + code);
        }
        if (code != null && (message == null || !message.contains(code))) {
            throw new RuleBroken("R8", "activation.message does not contain the code");
        }
        return activation;
    }

    private boolean firmware(CJson.@Nullable Fields firmware) {
        if (firmware == null) {
            if (device.variant().needsFirmwareSection() && Stoi.survivesVersion(device.version())) {
                throw new RuleBroken("§2.1", "no firmware, an error to firmware before 1.6.0");
            }
            return false;
        }
        strings(firmware, "firmware", "version", "url");
        numbers(firmware, "firmware", "force");
        String version = firmware.text("version");
        String url = firmware.text("url");
        if (version == null || url == null) {
            throw new RuleBroken("§2.6", "firmware without version or url");
        }
        if (!Stoi.survivesVersion(device.version())) {
            throw new RuleBroken("R1", "firmware sent to a device of version " + device.version());
        }
        if (!Stoi.survivesVersion(version)) {
            throw new RuleBroken("R1", "firmware.version " + version);
        }
        if (!url.isEmpty() && !Wired.url(url, "http", "https")) {
            throw new RuleBroken("R4", "firmware.url " + url);
        }
        Double force = firmware.number("force");
        boolean forced = force != null && force.intValue() == 1;
        if (forced && version.equals(device.version())) {
            throw new RuleBroken("R10", "force for the version that already runs: " + version);
        }
        // Firmware before 1.6.0 doesn't support force.
        boolean upgrade = (forced && !device.before("1.6.0")) || newer(version, device.version());
        if (upgrade && url.isEmpty()) {
            throw new RuleBroken("§2.6", "a newer version without a url: an alert at every check");
        }
        return upgrade;
    }

    private static boolean newer(String offered, String running) {
        var one = FirmwareVersion.parse(offered);
        var other = FirmwareVersion.parse(running);
        return one.isPresent() && other.isPresent() && one.get().isNewerThan(other.get());
    }
}
