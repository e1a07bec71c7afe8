package io.slipway.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.http.Json;
import io.slipway.http.schema.Described;
import io.slipway.http.schema.Inlined;
import io.slipway.http.schema.Moment;
import io.slipway.http.schema.Shape;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The fields of console-api row 6, then the remaining ones that console-api row 8 can change. */
record AgentView(
        @Inlined AgentNames names,
        @Inlined ChatModels models,
        @Inlined AgentTexts texts,
        @Inlined AgentTimes times,
        @Inlined OtherModels others,
        @Inlined AgentSettings settings) {

    /** Names. */
    record AgentNames(
            @Shape(pattern = Shape.ID) String id, String agentName, String assistantName) {

        static AgentNames of(Agent agent) {
            return new AgentNames(
                    agent.id(), agent.persona().agentName(), agent.persona().assistantName());
        }
    }

    /** Models, voice and memory, and how much chat history is stored. */
    record ChatModels(
            String llmModelId,
            String ttsVoiceId,
            String memModelId,
            String intentModelId,
            @Described("0 不存，1 文字 · 0: nothing is stored, 1: text") @Shape(minimum = 0, maximum = 1)
                    int chatHistoryConf) {}

    /** Prompt and language. */
    record AgentTexts(
            String systemPrompt,
            String summaryMemory,
            String language,
            String langCode,
            @Shape(tree = "string[]") JsonNode datasetIds) {}

    /**
     * Its devices, and its times.
     *
     * @param lastConnectedAt of any of its devices; null if never
     */
    record AgentTimes(
            long deviceCount,
            @Nullable Instant lastConnectedAt,
            Instant createdAt,
            Instant updatedAt) {}

    /** Model ids that API clients store. */
    record OtherModels(
            String agentCode,
            String asrModelId,
            String vadModelId,
            String vllmModelId,
            String ttsModelId) {}

    /** Other settings. */
    record AgentSettings(
            long sort,
            @Shape(tree = "object[]") JsonNode functions,
            @Shape(tree = "object") JsonNode extra,
            BackendView backend) {}

    /** The voice backend. Never contains the token: an owner who forgot it can set a new one. */
    record BackendView(
            @Described(
                            "echo 重复听到的话；relay 转给另一台服务器 · echo repeats what it hears; relay"
                                    + " connects to another server")
                    @Shape(values = {"echo", "relay"})
                    String type,
            @Described("relay 的地址 · URL of the relay") String url,
            @Described("二进制帧版本，0 跟随设备 · version of the binary frames; 0: the device's own")
                    @Shape(minimum = 0, maximum = 3)
                    int version,
            @Described("令牌从不显示 · the token is never returned") boolean hasToken,
            @Described(
                            "relay 是否可以重启设备 · whether the relay may restart the device; if not, its"
                                    + " requests to do so are refused")
                    boolean reboot) {

        static BackendView of(Backend backend) {
            return switch (backend) {
                case Backend.Echo echo -> new BackendView("echo", "", 0, false, false);
                case Backend.Relay(String url, String token, int version, boolean reboots) ->
                        new BackendView("relay", url, version, !token.isEmpty(), reboots);
            };
        }
    }

    static AgentView of(Agent agent, AgentUsage usage) {
        Agent.Models models = agent.models();
        return new AgentView(
                AgentNames.of(agent),
                new ChatModels(
                        models.llm(),
                        agent.options().ttsVoiceId(),
                        models.mem(),
                        models.intent(),
                        agent.options().chatHistoryConf()),
                new AgentTexts(
                        agent.persona().systemPrompt(),
                        agent.persona().summaryMemory(),
                        agent.persona().language(),
                        agent.persona().langCode(),
                        Json.read(agent.options().datasetIds())),
                new AgentTimes(
                        usage.devices(),
                        Moment.orNull(usage.lastConnectedAt()),
                        Instant.ofEpochMilli(agent.createdAt()),
                        Instant.ofEpochMilli(agent.updatedAt())),
                new OtherModels(
                        agent.persona().agentCode(),
                        models.asr(),
                        models.vad(),
                        models.vllm(),
                        models.tts()),
                new AgentSettings(
                        agent.options().sort(),
                        Json.read(agent.options().functions()),
                        Json.read(agent.options().extra()),
                        BackendView.of(agent.backend())));
    }
}
