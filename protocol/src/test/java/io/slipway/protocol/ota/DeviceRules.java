package io.slipway.protocol.ota;

import io.slipway.protocol.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The rules of device-contract 0 for a body of {@code /ota}, written from the firmware's side,
 * without using {@link Reply}.
 */
final class DeviceRules {

    private static final Map<String, Set<String>> STRINGS =
            Map.of(
                    "activation", Set.of("code", "message", "challenge"),
                    "firmware", Set.of("version", "url"),
                    "websocket", Set.of("url", "token"),
                    "mqtt",
                            Set.of(
                                    "endpoint",
                                    "client_id",
                                    "username",
                                    "password",
                                    "publish_topic",
                                    "subscribe_topic"),
                    "server_time", Set.of("timezone", "timeZone"));
    private static final Map<String, Set<String>> NUMBERS =
            Map.of(
                    "activation", Set.of("timeout_ms"),
                    "firmware", Set.of("force"),
                    "websocket", Set.of("version"),
                    "mqtt", Set.of("keepalive"),
                    "server_time", Set.of("timestamp", "timezone_offset"));

    private final List<String> broken = new ArrayList<>();

    private DeviceRules() {}

    /**
     * The rules that {@code body} violates for a device that runs {@code running}; empty if none.
     */
    static List<String> broken(byte[] body, String running) {
        var rules = new DeviceRules();
        rules.body(body, running);
        return rules.broken;
    }

    private void body(byte[] body, String running) {
        must(body.length >= 1 && body.length <= 4095, "R5 " + body.length + " bytes");
        Object parsed;
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
            parsed = Json.parse(body);
        } catch (CharacterCodingException e) {
            broken.add("R5 not UTF-8");
            return;
        } catch (IOException e) {
            broken.add("R5 not JSON: " + e.getMessage());
            return;
        }
        if (!(parsed instanceof Map<?, ?>)) {
            broken.add("R5 no object");
            return;
        }
        Map<String, Object> root = Json.object(parsed);
        noNull(parsed);
        root.forEach(this::types);
        firmware(section(root, "firmware"), running);
        transport(root);
        activation(root);
        Map<String, Object> time = section(root, "server_time");
        if (time.get("timezone_offset") instanceof BigDecimal offset) {
            must(offset.abs().intValue() <= 18 * 60, "2.5 offset " + offset);
        }
    }

    private void must(boolean holds, String what) {
        if (!holds) {
            broken.add(what);
        }
    }

    private static Map<String, Object> section(Map<String, Object> root, String name) {
        return root.get(name) instanceof Map<?, ?> map ? Json.object(map) : Map.of();
    }

    private void noNull(Object value) {
        must(value != Json.NULL, "R6 null");
        if (value instanceof Map<?, ?> map) {
            map.values().forEach(this::noNull);
        } else if (value instanceof List<?> list) {
            list.forEach(this::noNull);
        }
    }

    private void types(String section, Object value) {
        if (!(value instanceof Map<?, ?>) || !STRINGS.containsKey(section)) {
            broken.add("R7 unknown or no object: " + section);
            return;
        }
        Json.object(value)
                .forEach((key, field) -> {
                    String where = "R7 " + section + "." + key;
                    if (STRINGS.getOrDefault(section, Set.of()).contains(key)) {
                        must(field instanceof String, where + " is not a string");
                    } else if (NUMBERS.getOrDefault(section, Set.of()).contains(key)) {
                        must(field instanceof BigDecimal, where + " is not a number");
                    } else {
                        broken.add(where + " is unknown");
                    }
                });
    }

    private void firmware(Map<String, Object> firmware, String running) {
        if (firmware.isEmpty()) {
            return;
        }
        String version = String.valueOf(firmware.get("version"));
        String url = String.valueOf(firmware.get("url"));
        must(survivesStoi(running), "R1 the device's own version " + running);
        must(survivesStoi(version), "R1 " + version);
        must(url.isEmpty() || urlSurvives(url, "http://", "https://"), "R4 " + url);
        must(!url.isEmpty() || version.equals(running), "2.6 a version without a url");
        must(!url.isEmpty() || !firmware.containsKey("force"), "2.6 force without a url");
    }

    private void transport(Map<String, Object> root) {
        must(!(root.containsKey("mqtt") && root.containsKey("websocket")), "R11 both");
        for (String name : List.of("mqtt", "websocket")) {
            must(!root.containsKey(name) || !section(root, name).isEmpty(), "R11 empty");
            section(root, name)
                    .forEach((key, value) -> {
                        int length = key.getBytes(StandardCharsets.UTF_8).length;
                        must(length >= 1 && length <= 15, "R2 key " + key);
                        must(
                                value.toString().getBytes(StandardCharsets.UTF_8).length < 1024,
                                "R2 value of " + key);
                        must(
                                value.toString()
                                        .chars()
                                        .allMatch(c -> c >= ' ' && c != '"' && c != 0x7f),
                                "2.3 a modem's command would break at " + key);
                    });
        }
        if (root.containsKey("mqtt")) {
            endpoint(String.valueOf(section(root, "mqtt").get("endpoint")));
        }
        if (root.containsKey("websocket")) {
            String url = String.valueOf(section(root, "websocket").get("url"));
            must(urlSurvives(url, "ws://", "wss://"), "R4 " + url);
        }
    }

    private void endpoint(String endpoint) {
        int colon = endpoint.indexOf(':');
        String host = colon < 0 ? endpoint : endpoint.substring(0, colon);
        must(!host.isEmpty() && !host.contains("/"), "R3 host of " + endpoint);
        if (colon >= 0) {
            must(isPort(endpoint.substring(colon + 1)), "R3 port of " + endpoint);
        }
    }

    private void activation(Map<String, Object> root) {
        if (!root.containsKey("activation")) {
            return;
        }
        Map<String, Object> activation = section(root, "activation");
        must(activation.containsKey("message"), "2.2 no message");
        must(
                activation.get("challenge") instanceof String text && !text.isEmpty(),
                "2.2 no challenge");
        if (activation.get("code") instanceof String code) {
            must(code.matches("[0-9]{6,12}"), "4 code " + code);
            must(String.valueOf(activation.get("message")).contains(code), "R8");
        }
    }

    /** {@code getline(stream, segment, '.')} and {@code std::stoi(segment)} for each. */
    static boolean survivesStoi(String version) {
        int from = 0;
        while (from < version.length()) {
            int dot = version.indexOf('.', from);
            int end = dot < 0 ? version.length() : dot;
            if (!stoi(version.substring(from, end))) {
                return false;
            }
            from = end + 1;
        }
        return true;
    }

    private static boolean stoi(String segment) {
        var matcher =
                java.util.regex.Pattern.compile("^[ \\t\\n\\u000b\\f\\r]*([+-]?[0-9]+)")
                        .matcher(segment);
        if (!matcher.find()) {
            return false;
        }
        var value = new java.math.BigInteger(matcher.group(1));
        return value.bitLength() <= 31;
    }

    private static boolean urlSurvives(String url, String plain, String secure) {
        if (!url.startsWith(plain) && !url.startsWith(secure)) {
            return false;
        }
        String rest = url.substring(url.indexOf("://") + 3);
        int path = 0;
        while (path < rest.length() && rest.charAt(path) != '/' && rest.charAt(path) != '?') {
            path++;
        }
        String authority = rest.substring(0, path);
        if (rest.indexOf(':', path) >= 0 || authority.contains("@")) {
            return false;
        }
        int colon = authority.indexOf(':');
        String host = colon < 0 ? authority : authority.substring(0, colon);
        return !host.isEmpty()
                && rest.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '"' && c != '\\')
                && (colon < 0 || isPort(authority.substring(colon + 1)));
    }

    private static boolean isPort(String text) {
        if (!text.matches("[0-9]{1,5}")) {
            return false;
        }
        int port = Integer.parseInt(text);
        return port >= 1 && port <= 65535;
    }
}
