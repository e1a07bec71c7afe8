package io.slipway.simulator.talk;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.protocol.socket.Battery;
import io.slipway.protocol.socket.McpMessages;
import io.slipway.simulator.board.DeviceProfile;
import io.slipway.simulator.board.Variant;
import io.slipway.simulator.strict.CJson;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server's {@link McpMessages} understands this device, and vice versa. */
class McpToolsTest {

    private final List<String> warnings = new ArrayList<>();
    private final McpTools tools =
            new McpTools(DeviceProfile.of(Variant.WIFI, 1, 0), warnings::add);

    private McpTools.Outcome take(String payload) {
        return tools.take((CJson.Fields) CJson.parse(payload));
    }

    private McpMessages.McpReply reply(String payload) {
        var reply = (McpTools.Outcome.Reply) take(payload);
        return McpMessages.reply(reply.payload()).orElseThrow();
    }

    @Test
    void initialize() {
        McpMessages.McpReply reply =
                reply(
                        McpMessages.request(
                                5,
                                "initialize",
                                "{\"capabilities\":{\"vision\":{\"url\":\"http://x/\"}}}"));
        assertThat(reply.id()).isEqualTo(5);
        assertThat(reply.result())
                .isEqualTo(
                        "{\"protocolVersion\":\"2024-11-05\",\"capabilities\":{\"tools\":{}},"
                                + "\"serverInfo\":{\"name\":\"bread-compact-wifi\",\"version\":\"2.4.2\"}}");
    }

    @Test
    void toolsComeInPages() {
        assertThat(names(false))
                .contains("self.get_device_status", "self.switch_24.set")
                .doesNotContain("self.reboot")
                .hasSize(28);
        assertThat(names(true)).contains("self.reboot").hasSize(32);
    }

    private Set<String> names(boolean user) {
        var names = new HashSet<String>();
        String cursor = "";
        int pages = 0;
        do {
            McpMessages.McpReply reply = reply(McpMessages.list(1, cursor, user));
            assertThat(reply.result()).hasSizeLessThan(8000);
            var page = McpMessages.Tools.read(reply.result());
            page.tools().forEach(tool -> assertThat(names.add(tool.name())).isTrue());
            cursor = page.nextCursor();
            pages++;
        } while (!cursor.isEmpty());
        assertThat(pages).isGreaterThan(1);
        return names;
    }

    @Test
    void calls() {
        assertThat(
                        reply(
                                        McpMessages.call(
                                                1,
                                                "self.audio_speaker.set_volume",
                                                "{\"volume\":33}"))
                                .result())
                .isEqualTo(
                        "{\"content\":[{\"type\":\"text\",\"text\":\"true\"}],\"isError\":false}");
        assertThat(tools.volume()).isEqualTo(33);
        assertThat(reply(McpMessages.call(2, "self.get_device_status", "{}")).result())
                .contains("\\\"volume\\\":33");
        assertThat(Battery.read(status(), 1)).as("a board without a battery").isEmpty();
        tools.battery(12, false);
        assertThat(Battery.read(status(), 1)).contains(new Battery(12, false, 1));
        assertThat(reply(McpMessages.call(3, "self.get_system_info", "{}")).result())
                .contains("\\\"mac_address\\\":\\\"d6:00:01:00:00:00\\\"");
        assertThat(
                        reply(McpMessages.call(4, "self.screen.set_theme", "{\"theme\":\"dark\"}"))
                                .error())
                .isNull();
        assertThat(warnings).isEmpty();
    }

    private String status() {
        return reply(McpMessages.call(2, Battery.TOOL, "{}")).result();
    }

    @Test
    void errors() {
        assertThat(reply(McpMessages.call(1, "self.audio_speaker.set_volume", "{}")).error())
                .isEqualTo("Missing valid argument: volume");
        assertThat(
                        reply(
                                        McpMessages.call(
                                                1,
                                                "self.audio_speaker.set_volume",
                                                "{\"volume\":101}"))
                                .error())
                .isEqualTo("Value exceeds maximum allowed: 100");
        assertThat(
                        reply(
                                        McpMessages.call(
                                                1,
                                                "self.audio_speaker.set_volume",
                                                "{\"volume\":-1}"))
                                .error())
                .isEqualTo("Value is below minimum allowed: 0");
        assertThat(reply(McpMessages.call(1, "self.fly", "{}")).error())
                .isEqualTo("Unknown tool: self.fly");
        assertThat(reply(McpMessages.request(1, "ping", "{}")).error())
                .isEqualTo("Method not implemented: ping");
        assertThat(reply(McpMessages.request(1, "tools/call", "{}")).error())
                .isEqualTo("Missing name");
        // As firmware sends it: invalid JSON.
        assertThat(((McpTools.Outcome.Reply) take(McpMessages.call(1, "a\"b", "{}"))).payload())
                .endsWith("{\"message\":\"Unknown tool: a\"b\"}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"id\":1,\"method\":\"initialize\"}",
                "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"initialize\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"method\":\"initialize\"}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"initialize\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":[]}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"notifications/initialized\"}"
            })
    void noReply(String payload) {
        assertThat(take(payload)).isEqualTo(new McpTools.Outcome.Silence());
    }

    @Test
    void oldFirmwareHasNoToolsForUsers() {
        var old = new McpTools(DeviceProfile.of(Variant.V1_7, 1, 0), warnings::add);
        var reply = old.take((CJson.Fields) CJson.parse(McpMessages.call(1, "self.reboot", "{}")));
        assertThat(((McpTools.Outcome.Reply) reply).payload()).contains("Unknown tool");
    }

    @Test
    void rebootNeverReplies() {
        assertThat(take(McpMessages.call(1, "self.reboot", "{}")))
                .isEqualTo(new McpTools.Outcome.Restart());
        take(McpMessages.call(1, "self.upgrade_firmware", "{\"url\":\"http://x/\"}"));
        assertThat(warnings).hasSize(1);
    }
}
