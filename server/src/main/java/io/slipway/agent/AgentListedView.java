package io.slipway.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.agent.AgentView.AgentNames;
import io.slipway.agent.AgentView.BackendView;
import io.slipway.http.Json;
import io.slipway.http.schema.Described;
import io.slipway.http.schema.Inlined;
import io.slipway.http.schema.Moment;
import io.slipway.http.schema.Shape;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An agent in a list: console-api rows 4 and 5. Models have no names here other than their ids.
 *
 * @param lastConnectedAt of any of its devices; null if never
 */
record AgentListedView(
        @Inlined AgentNames names,
        @Inlined ListedModels models,
        String systemPrompt,
        String summaryMemory,
        @Described("它的设备最近一次出现 · when one of its devices was last seen")
                @Nullable Instant lastConnectedAt,
        long deviceCount,
        @Shape(tree = "object") JsonNode extra,
        BackendView backend) {

    /** Models, under the field names used in lists. */
    record ListedModels(
            String ttsModelName,
            String ttsVoiceName,
            String llmModelName,
            String vllmModelName,
            String memModelId) {}

    static AgentListedView of(Agent agent, AgentUsage usage) {
        Agent.Models models = agent.models();
        return new AgentListedView(
                AgentNames.of(agent),
                new ListedModels(
                        models.tts(),
                        agent.options().ttsVoiceId(),
                        models.llm(),
                        models.vllm(),
                        models.mem()),
                agent.persona().systemPrompt(),
                agent.persona().summaryMemory(),
                Moment.orNull(usage.lastConnectedAt()),
                usage.devices(),
                Json.read(agent.options().extra()),
                BackendView.of(agent.backend()));
    }
}
