package io.slipway.session;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.agent.Agent;
import io.slipway.agent.Backend;
import io.slipway.http.Json;
import io.slipway.http.Problem;
import io.slipway.protocol.Mac;
import io.slipway.protocol.socket.AudioLayout;
import io.slipway.protocol.socket.DeviceMessage;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** What a backend gets at the start of a session: the handshake's headers and the hello. */
final class Greeting {

    private Greeting() {}

    /** Headers that identify the device and its agent. */
    static Map<String, String> names(Mac mac, UUID clientId, Agent agent, String deviceLanguage) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("Device-Id", mac.toString());
        headers.put("Client-Id", clientId.toString());
        headers.put("Agent-Id", agent.id());
        headers.put("Agent-Name", encoded(agent.persona().agentName()));
        String language =
                agent.persona().langCode().isEmpty() ? deviceLanguage : agent.persona().langCode();
        if (language.matches("[A-Za-z0-9-]{1,35}")) {
            headers.put("Accept-Language", language);
        }
        return headers;
    }

    // Header values are ASCII, so names are percent-encoded.
    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Including those that the backend's configuration asks for. */
    static Map<String, String> headers(
            Map<String, String> names, Backend.Relay relay, AudioLayout layout) {
        var headers = new LinkedHashMap<>(names);
        headers.put("Protocol-Version", Integer.toString(layout.version()));
        if (!relay.token().isEmpty()) {
            headers.put("Authorization", "Bearer " + relay.token());
        }
        return headers;
    }

    /** The device's own hello, plus the agent's configuration. */
    static String hello(DeviceMessage.Hello hello, int version, Agent agent) {
        ObjectNode tree = tree(hello, version);
        tree.put("type", "hello");
        tree.put("transport", "websocket");
        var params = tree.putObject("agent_params");
        params.put("agent_id", agent.id());
        params.put("agent_name", agent.persona().agentName());
        params.put("assistant_name", agent.persona().assistantName());
        params.put("language", agent.persona().language());
        params.put("lang_code", agent.persona().langCode());
        if (!agent.persona().systemPrompt().isEmpty()) {
            params.put("custom_replace_prompt", agent.persona().systemPrompt());
        }
        if (!agent.persona().summaryMemory().isEmpty()) {
            params.put("summary_memory", agent.persona().summaryMemory());
        }
        return Json.text(tree);
    }

    private static ObjectNode tree(DeviceMessage.Hello hello, int version) {
        try {
            var read = Json.read(hello.raw());
            if (read instanceof ObjectNode object) {
                return object;
            }
        } catch (Problem e) {
            // Rebuilt from what was understood of it.
        }
        ObjectNode tree = Json.object();
        tree.put("version", version);
        tree.putObject("features").put("mcp", hello.mcp());
        var audio = tree.putObject("audio_params");
        audio.put("format", hello.audio().format());
        audio.put("sample_rate", hello.audio().sampleRate());
        audio.put("channels", hello.audio().channels());
        audio.put("frame_duration", hello.audio().frameDuration());
        return tree;
    }
}
