package io.slipway.protocol.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class McpTest {

    @Test
    void requests() {
        assertThat(Mcp.request(1, "initialize", "{}"))
                .isEqualTo(
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{}}");
        assertThat(Mcp.list(2, "", true))
                .isEqualTo(
                        "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/list\","
                                + "\"params\":{\"cursor\":\"\",\"withUserTools\":true}}");
        String call = Mcp.call(3, "self.audio_speaker.set_volume", "{\"volume\":50}");
        assertThat(ServerMessage.hear(new ServerMessage.Mcp("S", call).json()))
                .isEqualTo(
                        new ServerMessage.Heard.Mcp(
                                call, 3L, "tools/call", "self.audio_speaker.set_volume"));
    }

    @Test
    void requestsThatADeviceWouldDrop() {
        assertThatThrownBy(() -> Mcp.request(-1, "x", "{}"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Mcp.request(1L << 31, "x", "{}"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Mcp.request(1, "a\"b", "{}"))
                .isInstanceOf(IllegalArgumentException.class);
        for (String params : List.of("", "[]", "null", "{", "{},\"id\":{}")) {
            assertThatThrownBy(() -> Mcp.request(1, "x", params))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> Mcp.call(1, "x", params))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void replies() {
        assertThat(Mcp.reply("{\"id\":1,\"result\":{\"a\":[1, 2]}}"))
                .contains(new Mcp.Reply(1, "{\"a\":[1, 2]}", null));
        assertThat(Mcp.reply("{\"id\":1,\"error\":{\"message\":\"no\"}}"))
                .contains(new Mcp.Reply(1, null, "no"));
        assertThat(Mcp.reply("{\"id\":1,\"error\":{}}")).contains(new Mcp.Reply(1, null, "error"));
        assertThat(Mcp.reply(Mcp.error(5, -32000, "busy \"now\"")))
                .contains(new Mcp.Reply(5, null, "busy \"now\""));
        for (String none :
                List.of(
                        "",
                        "{}",
                        "[]",
                        "{\"id\":1}",
                        "{\"id\":\"1\",\"result\":{}}",
                        "{\"id\":1,\"method\":\"x\",\"result\":{}}",
                        Mcp.request(1, "x", "{}"))) {
            assertThat(Mcp.reply(none)).as(none).isEmpty();
        }
    }

    @Test
    void tools() {
        var tools =
                Mcp.Tools.read(
                        """
                        {"tools":[
                          {"name":"self.get_device_status","description":"a \\"b\\"",
                           "inputSchema":{"type":"object","properties":{}}},
                          7, null, {"description":"without a name"},
                          {"name":"x"}],
                         "nextCursor":"self.screen.set_theme"}\
                        """);

        assertThat(tools.nextCursor()).isEqualTo("self.screen.set_theme");
        assertThat(tools.tools())
                .containsExactly(
                        new Mcp.Tool(
                                "self.get_device_status",
                                "a \"b\"",
                                "{\"type\":\"object\",\"properties\":{}}"),
                        new Mcp.Tool("x", "", "{}"));
        for (String none : List.of("", "{}", "[]", "{\"tools\":{}}", "{\"tools\":[")) {
            assertThat(Mcp.Tools.read(none)).isEqualTo(new Mcp.Tools(List.of(), ""));
        }
        String many = "{\"tools\":[" + "{\"name\":\"x\"},".repeat(999) + "1]}";
        assertThat(Mcp.Tools.read(many).tools()).hasSize(Mcp.MAX_TOOLS);
    }
}
