package io.slipway.simulator.talk;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.slipway.simulator.board.DeviceProfile;
import io.slipway.simulator.board.Variant;
import io.slipway.simulator.device.Requests;
import io.slipway.simulator.strict.CJson;
import io.slipway.simulator.strict.RuleBroken;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The MCP server in a device (device-contract 9.6): answers what is well-formed and ignores
 * everything else. Only {@link #volume} and {@link #battery} may be called by another thread.
 */
final class McpTools {

    /** {@code mcp_server.cc}: the maximum size of a page of tools, in bytes. */
    private static final int PAGE = 8000;

    /** Enough switches that the tools don't fit on one page. */
    private static final int SWITCHES = 24;

    /** The result of a request. */
    sealed interface Outcome {

        /** The payload of the reply. */
        record Reply(String payload) implements Outcome {}

        /** Malformed, or a notification. */
        record Silence() implements Outcome {}

        /** It restarts and never answers. */
        record Restart() implements Outcome {}
    }

    /** An argument: an integer in a range, or a string if {@code most} is below {@code least}. */
    private record Argument(String name, int least, int most) {

        static Argument text(String name) {
            return new Argument(name, 0, -1);
        }

        boolean number() {
            return least <= most;
        }

        String schema() {
            return number()
                    ? "%s:{\"type\":\"integer\",\"minimum\":%d,\"maximum\":%d}"
                            .formatted(CJson.quote(name), least, most)
                    : CJson.quote(name) + ":{\"type\":\"string\"}";
        }
    }

    private record Tool(String name, String description, boolean userOnly, List<Argument> takes) {

        String json() {
            String properties = String.join(",", takes.stream().map(Argument::schema).toList());
            String required =
                    String.join(",", takes.stream().map(a -> CJson.quote(a.name)).toList());
            return ("{\"name\":%s,\"description\":%s,\"inputSchema\":{\"type\":\"object\","
                            + "\"properties\":{%s}%s}}")
                    .formatted(
                            CJson.quote(name),
                            CJson.quote(description),
                            properties,
                            takes.isEmpty() ? "" : ",\"required\":[" + required + "]");
        }
    }

    private static final List<Tool> TOOLS = tools();

    private final DeviceProfile device;
    private final Consumer<String> warning;
    private volatile int volume = 70;
    private volatile String battery = "";
    private final List<Tool> tools;
    private int brightness = 75;

    /**
     * @param warning receives what breaks no device, but no server should do
     */
    McpTools(DeviceProfile device, Consumer<String> warning) {
        this.device = device;
        this.warning = warning;
        // Tools that are not for a language model exist since firmware 2.0.
        boolean user = device.variant() != Variant.PY_XIAOZHI && !device.before("2.0");
        this.tools = TOOLS.stream().filter(tool -> user || !tool.userOnly).toList();
    }

    private static List<Tool> tools() {
        var tools = new ArrayList<Tool>();
        tools.add(
                new Tool(
                        "self.get_device_status",
                        "Provides the real-time information of the device, including the current"
                                + " status of the audio speaker, screen, battery, network, etc.",
                        false,
                        List.of()));
        tools.add(
                new Tool(
                        "self.audio_speaker.set_volume",
                        "Set the volume of the audio speaker.",
                        false,
                        List.of(new Argument("volume", 0, 100))));
        tools.add(
                new Tool(
                        "self.screen.set_brightness",
                        "Set the brightness of the screen.",
                        false,
                        List.of(new Argument("brightness", 0, 100))));
        tools.add(
                new Tool(
                        "self.screen.set_theme",
                        "Set the theme of the screen: `light` or `dark`.",
                        false,
                        List.of(Argument.text("theme"))));
        for (int i = 1; i <= SWITCHES; i++) {
            tools.add(
                    new Tool(
                            "self.switch_%d.set".formatted(i),
                            "Turns switch %d of the board on (1) or off (0). ".formatted(i)
                                    + "Ask the person before you turn anything on that gets hot. "
                                            .repeat(4),
                            false,
                            List.of(new Argument("on", 0, 1))));
        }
        tools.add(new Tool("self.get_system_info", "Get the system information", true, List.of()));
        tools.add(new Tool("self.reboot", "Reboot the system", true, List.of()));
        tools.add(
                new Tool(
                        "self.upgrade_firmware",
                        "Upgrade firmware from a specific URL.",
                        true,
                        List.of(Argument.text("url"))));
        tools.add(
                new Tool(
                        "self.assets.set_download_url",
                        "Set download url for the assets",
                        true,
                        List.of(Argument.text("url"))));
        return List.copyOf(tools);
    }

    int volume() {
        return volume;
    }

    /** From now on it has a battery in this state. */
    void battery(int level, boolean charging) {
        battery = "\"battery\":{\"level\":%d,\"charging\":%b},".formatted(level, charging);
    }

    /** Handles the payload of an {@code mcp} message. */
    Outcome take(CJson.Fields payload) {
        String method = payload.text("method");
        Double id = payload.number("id");
        CJson params = payload.get("params");
        if (!"2.0".equals(payload.text("jsonrpc"))
                || method == null
                || method.startsWith("notifications")
                || (params != null && !(params instanceof CJson.Fields))
                || id == null) {
            return new Outcome.Silence();
        }
        // cJSON's valueint, which saturates.
        int number = id.intValue();
        if (number != id) {
            warning.accept("§9.6 id: " + id + " is not a 32-bit number");
        }
        var fields = params instanceof CJson.Fields given ? given : new CJson.Fields(List.of());
        return switch (method) {
            case "initialize" ->
                    result(
                            number,
                            ("{\"protocolVersion\":\"2024-11-05\",\"capabilities\":{\"tools\":{}},"
                                            + "\"serverInfo\":{\"name\":\"%s\",\"version\":\"%s\"}}")
                                    .formatted(device.board(), device.version()));
            case "tools/list" -> list(number, fields);
            case "tools/call" -> call(number, params == null ? null : fields);
            default -> error(number, "Method not implemented: " + method);
        };
    }

    private Outcome list(int id, CJson.Fields params) {
        String cursor = params.text("cursor");
        boolean all = params.get("withUserTools") instanceof CJson.Bool(boolean value) && value;
        boolean found = cursor == null || cursor.isEmpty();
        var page = new StringBuilder();
        String next = "";
        for (Tool tool : tools) {
            found |= tool.name.equals(cursor);
            if (!found || (tool.userOnly && !all)) {
                continue;
            }
            String json = tool.json();
            if (page.length() + json.length() + 40 > PAGE) {
                next = tool.name;
                break;
            }
            page.append(page.isEmpty() ? "" : ",").append(json);
        }
        String end = next.isEmpty() ? "" : ",\"nextCursor\":" + CJson.quote(next);
        return result(id, "{\"tools\":[" + page + "]" + end + "}");
    }

    private Outcome call(int id, CJson.@Nullable Fields params) {
        String name = params == null ? null : params.text("name");
        if (params == null || name == null) {
            return error(id, params == null ? "Missing params" : "Missing name");
        }
        CJson given = params.get("arguments");
        if (given != null && !(given instanceof CJson.Fields)) {
            return error(id, "Invalid arguments");
        }
        if (params.has("stackSize")) {
            throw new RuleBroken("§9.6", "stackSize: firmware 1.7 aborts if it can't allocate it");
        }
        var arguments = given instanceof CJson.Fields fields ? fields : new CJson.Fields(List.of());
        for (Tool tool : tools) {
            if (tool.name.equals(name)) {
                String wrong = wrong(tool, arguments);
                return wrong == null ? run(id, tool, arguments) : error(id, wrong);
            }
        }
        return error(id, "Unknown tool: " + name);
    }

    private static @Nullable String wrong(Tool tool, CJson.Fields given) {
        for (Argument argument : tool.takes) {
            Double number = given.number(argument.name);
            if (argument.number() ? number == null : given.text(argument.name) == null) {
                return "Missing valid argument: " + argument.name;
            }
            if (number != null && number < argument.least) {
                return "Value is below minimum allowed: " + argument.least;
            }
            if (number != null && argument.number() && number > argument.most) {
                return "Value exceeds maximum allowed: " + argument.most;
            }
        }
        return null;
    }

    private Outcome run(int id, Tool tool, CJson.Fields given) {
        switch (tool.name) {
            case "self.get_device_status" -> {
                return text(
                        id,
                        ("{\"audio_speaker\":{\"volume\":%d},\"screen\":{\"brightness\":%d,"
                                        + "\"theme\":\"light\"},%s\"network\":{\"type\":\"wifi\","
                                        + "\"ssid\":\"MyWiFi\",\"signal\":\"strong\"}}")
                                .formatted(volume, brightness, battery));
            }
            case "self.get_system_info" -> {
                return text(id, new String(Requests.checkIn(device), ISO_8859_1));
            }
            case "self.reboot" -> {
                return new Outcome.Restart();
            }
            case "self.upgrade_firmware", "self.assets.set_download_url" -> {
                warning.accept("§9.6 tool: " + tool.name + " can't be called manually");
                return tool.name.equals("self.upgrade_firmware")
                        ? new Outcome.Restart()
                        : text(id, "true");
            }
            case "self.audio_speaker.set_volume" -> volume = number(given, "volume");
            case "self.screen.set_brightness" -> brightness = number(given, "brightness");
            default -> {}
        }
        return text(id, "true");
    }

    private static int number(CJson.Fields given, String name) {
        Double value = given.number(name);
        return value == null ? 0 : value.intValue();
    }

    private static Outcome text(int id, String text) {
        return result(
                id,
                "{\"content\":[{\"type\":\"text\",\"text\":"
                        + CJson.quote(text)
                        + "}],\"isError\":false}");
    }

    private static Outcome result(int id, String result) {
        return new Outcome.Reply(
                "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":" + result + "}");
    }

    // Not escaped, as in firmware.
    private static Outcome error(int id, String message) {
        return new Outcome.Reply(
                "{\"jsonrpc\":\"2.0\",\"id\":"
                        + id
                        + ",\"error\":{\"message\":\""
                        + message
                        + "\"}}");
    }
}
