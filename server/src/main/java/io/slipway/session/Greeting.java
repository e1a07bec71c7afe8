package io.slipway.session;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a backend gets at the start of a session: the handshake's headers and the hello. */
final class Greeting {

    /** Values of the device for the agent's prompt; where it sends none, the prompt itself. */
    private static final String VALUES = "custom_replace_prompt";

    /** The prompt where the device has sent values for it. */
    private static final String PROMPT = "system_prompt";

    private static final Pattern PLACEHOLDER =
            Pattern.compile(
                    "\\{\\{\\s{0,8}([\\w.-]{1,64})\\s{0,8}}}", Pattern.UNICODE_CHARACTER_CLASS);

    /** In characters; a longer value is cut. */
    private static final int MOST_VALUE = 1_000;

    /** A prompt of this many characters is not filled further: values may repeat. */
    private static final int MOST_FILLED = 60_000;

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

    /**
     * The device's own hello, plus the agent's configuration, which never replaces what the device
     * has sent itself, except for the agent's id: a device does not choose which agent it is.
     *
     * @param version the layout of the backend's frames, as its handshake names it
     */
    static String hello(DeviceMessage.Hello hello, int version, Agent agent) {
        ObjectNode tree = tree(hello);
        tree.put("type", "hello");
        tree.put("version", version);
        tree.put("transport", "websocket");
        ObjectNode params =
                tree.get("agent_params") instanceof ObjectNode own
                        ? own
                        : tree.putObject("agent_params");
        Agent.Persona persona = agent.persona();
        params.put("agent_id", agent.id());
        add(params, "agent_name", persona.agentName());
        add(params, "assistant_name", persona.assistantName());
        add(params, "language", persona.language());
        add(params, "lang_code", persona.langCode());
        addPrompt(params, persona.systemPrompt());
        if (!persona.summaryMemory().isEmpty()) {
            add(params, "summary_memory", persona.summaryMemory());
        }
        return Json.text(tree);
    }

    private static void add(ObjectNode params, String name, String value) {
        if (!params.has(name)) {
            params.put(name, value);
        }
    }

    private static void addPrompt(ObjectNode params, String prompt) {
        if (prompt.isEmpty()) {
            return;
        }
        JsonNode own = params.get(VALUES);
        if (own == null) {
            params.put(VALUES, prompt);
        } else {
            add(params, PROMPT, own instanceof ObjectNode values ? filled(prompt, values) : prompt);
        }
    }

    /**
     * The prompt with the device's values in place of each <code>{{name}}</code>; names without a
     * value stay.
     */
    static String filled(String prompt, ObjectNode values) {
        var out = new StringBuilder(prompt.length());
        Matcher matcher = PLACEHOLDER.matcher(prompt);
        while (matcher.find()) {
            JsonNode value = values.path(matcher.group(1));
            boolean fits = out.length() < MOST_FILLED;
            String text =
                    value.isValueNode() && !value.isNull() && fits
                            ? shortened(value.asText())
                            : matcher.group();
            matcher.appendReplacement(out, Matcher.quoteReplacement(text));
        }
        return matcher.appendTail(out).toString();
    }

    private static String shortened(String value) {
        return value.codePointCount(0, value.length()) <= MOST_VALUE
                ? value
                : value.substring(0, value.offsetByCodePoints(0, MOST_VALUE));
    }

    private static ObjectNode tree(DeviceMessage.Hello hello) {
        try {
            var read = Json.read(hello.raw());
            if (read instanceof ObjectNode object) {
                return object;
            }
        } catch (Problem e) {
            // Rebuilt from what was understood of it.
        }
        ObjectNode tree = Json.object();
        tree.putObject("features").put("mcp", hello.mcp());
        var audio = tree.putObject("audio_params");
        audio.put("format", hello.audio().format());
        audio.put("sample_rate", hello.audio().sampleRate());
        audio.put("channels", hello.audio().channels());
        audio.put("frame_duration", hello.audio().frameDuration());
        return tree;
    }
}
