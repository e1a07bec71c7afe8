package io.slipway.history;

import io.slipway.agent.Agent;

/** Agents of these tests. */
final class History {

    private History() {}

    static Agent keeping(Agent a, int history) {
        return new Agent(
                a.id(),
                a.accountId(),
                a.agentName(),
                a.assistantName(),
                a.agentCode(),
                a.language(),
                a.langCode(),
                a.systemPrompt(),
                a.summaryMemory(),
                a.models(),
                a.ttsVoiceId(),
                history,
                a.sort(),
                a.functions(),
                a.extra(),
                a.datasetIds(),
                a.backend(),
                a.createdAt(),
                a.updatedAt());
    }
}
