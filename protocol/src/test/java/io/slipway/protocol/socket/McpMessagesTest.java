package io.slipway.protocol.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class McpMessagesTest {

    @Test
    void callsAsPeopleReadThem() {
        assertThat(McpMessages.shownCall("a", "{\"params\":{\"arguments\":{\"b\":[1]}}}"))
                .isEqualTo("a {\"b\":[1]}");
        for (String payload :
                new String[] {"", "{}", "{\"params\":7}", "{\"params\":{\"arguments\":{ }}}"}) {
            assertThat(McpMessages.shownCall("a", payload)).isEqualTo("a");
        }
        String longest = "{\"params\":{\"arguments\":{\"b\":\"" + "x".repeat(9_000) + "\"}}}";
        assertThat(McpMessages.shownCall("a".repeat(200), longest)).hasSize(4_000);
    }

    @Test
    void requests() {
        assertThat(McpMessages.request(1, "initialize", "{}"))
                .isEqualTo(
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{}}");
        assertThat(McpMessages.list(2, "", true))
                .isEqualTo(
                        "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/list\","
                                + "\"params\":{\"cursor\":\"\",\"withUserTools\":true}}");
        String call = McpMessages.call(3, "self.audio_speaker.set_volume", "{\"volume\":50}");
        assertThat(ServerMessage.fromBackend(new ServerMessage.Mcp("S", call).json()))
                .isEqualTo(
                        new ServerMessage.BackendMessage.BackendMcp(
                                call, 3L, "tools/call", "self.audio_speaker.set_volume"));
    }

    @Test
    void requestsThatADeviceWouldDrop() {
        assertThatThrownBy(() -> McpMessages.request(-1, "x", "{}"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> McpMessages.request(1L << 31, "x", "{}"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> McpMessages.request(1, "a\"b", "{}"))
                .isInstanceOf(IllegalArgumentException.class);
        for (String params : List.of("", "[]", "null", "{", "{},\"id\":{}")) {
            assertThatThrownBy(() -> McpMessages.request(1, "x", params))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> McpMessages.call(1, "x", params))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void replies() {
        assertThat(McpMessages.reply("{\"id\":1,\"result\":{\"a\":[1, 2]}}"))
                .contains(new McpMessages.McpReply(1, "{\"a\":[1, 2]}", null));
        assertThat(McpMessages.reply("{\"id\":1,\"error\":{\"message\":\"no\"}}"))
                .contains(new McpMessages.McpReply(1, null, "no"));
        assertThat(McpMessages.reply("{\"id\":1,\"error\":{}}"))
                .contains(new McpMessages.McpReply(1, null, "error"));
        assertThat(McpMessages.reply(McpMessages.error(5, -32000, "busy \"now\"")))
                .contains(new McpMessages.McpReply(5, null, "busy \"now\""));
        for (String none :
                List.of(
                        "",
                        "{}",
                        "[]",
                        "{\"id\":1}",
                        "{\"id\":\"1\",\"result\":{}}",
                        "{\"id\":1,\"method\":\"x\",\"result\":{}}",
                        McpMessages.request(1, "x", "{}"))) {
            assertThat(McpMessages.reply(none)).as(none).isEmpty();
        }
    }

    @Test
    void tools() {
        var tools =
                McpMessages.Tools.read(
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
                        new McpMessages.Tool(
                                "self.get_device_status",
                                "a \"b\"",
                                "{\"type\":\"object\",\"properties\":{}}"),
                        new McpMessages.Tool("x", "", "{}"));
        for (String none : List.of("", "{}", "[]", "{\"tools\":{}}", "{\"tools\":[")) {
            assertThat(McpMessages.Tools.read(none))
                    .isEqualTo(new McpMessages.Tools(List.of(), ""));
        }
        String many = "{\"tools\":[" + "{\"name\":\"x\"},".repeat(999) + "1]}";
        assertThat(McpMessages.Tools.read(many).tools()).hasSize(McpMessages.MAX_TOOLS);
    }
}
