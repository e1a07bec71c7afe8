package io.slipway.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.http.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Agents as the console API shows them. */
final class AgentView {

    private AgentView() {}

    /** console-api rows 4 and 5. Models have no other name here than their id. */
    static Map<String, @Nullable Object> listed(Agent agent, AgentUsage usage) {
        var view = new LinkedHashMap<String, @Nullable Object>();
        view.put("id", agent.id());
        view.put("agentName", agent.agentName());
        view.put("assistantName", agent.assistantName());
        view.put("ttsModelName", agent.models().tts());
        view.put("ttsVoiceName", agent.ttsVoiceId());
        view.put("llmModelName", agent.models().llm());
        view.put("vllmModelName", agent.models().vllm());
        view.put("memModelId", agent.models().mem());
        view.put("systemPrompt", agent.systemPrompt());
        view.put("summaryMemory", agent.summaryMemory());
        view.put("lastConnectedAt", time(usage.lastConnectedAt()));
        view.put("deviceCount", usage.devices());
        view.put("extra", json(agent.extra()));
        view.put("backend", backend(agent.backend()));
        return view;
    }

    /** The fields of console-api row 6, then the others that console-api row 8 changes. */
    static Map<String, @Nullable Object> whole(Agent agent, AgentUsage usage) {
        Agent.Models models = agent.models();
        var view = new LinkedHashMap<String, @Nullable Object>();
        view.put("id", agent.id());
        view.put("agentName", agent.agentName());
        view.put("assistantName", agent.assistantName());
        view.put("llmModelId", models.llm());
        view.put("ttsVoiceId", agent.ttsVoiceId());
        view.put("memModelId", models.mem());
        view.put("intentModelId", models.intent());
        view.put("chatHistoryConf", agent.chatHistoryConf());
        view.put("systemPrompt", agent.systemPrompt());
        view.put("summaryMemory", agent.summaryMemory());
        view.put("language", agent.language());
        view.put("langCode", agent.langCode());
        view.put("datasetIds", json(agent.datasetIds()));
        view.put("deviceCount", usage.devices());
        view.put("lastConnectedAt", time(usage.lastConnectedAt()));
        view.put("createdAt", time(agent.createdAt()));
        view.put("updatedAt", time(agent.updatedAt()));
        view.put("agentCode", agent.agentCode());
        view.put("asrModelId", models.asr());
        view.put("vadModelId", models.vad());
        view.put("vllmModelId", models.vllm());
        view.put("ttsModelId", models.tts());
        view.put("sort", agent.sort());
        view.put("functions", json(agent.functions()));
        view.put("extra", json(agent.extra()));
        view.put("backend", backend(agent.backend()));
        return view;
    }

    // Never the token itself: whoever forgot it can set another.
    private static Map<String, Object> backend(Backend backend) {
        var view = new LinkedHashMap<String, Object>();
        switch (backend) {
            case Backend.Echo echo -> {
                view.put("type", "echo");
                view.put("url", "");
                view.put("version", 0);
                view.put("hasToken", false);
            }
            case Backend.Relay(String url, String token, int version) -> {
                view.put("type", "relay");
                view.put("url", url);
                view.put("version", version);
                view.put("hasToken", !token.isEmpty());
            }
        }
        return view;
    }

    private static @Nullable String time(@Nullable Long at) {
        return at == null ? null : Instant.ofEpochMilli(at).toString();
    }

    private static JsonNode json(String text) {
        return Json.read(text.getBytes(StandardCharsets.UTF_8));
    }
}
