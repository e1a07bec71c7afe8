package io.slipway.history;

import io.slipway.agent.Agent;

/** Agents of these tests. */
final class History {

    private History() {}

    static Agent keeping(Agent a, int history) {
        return new Agent(
                a.id(),
                a.accountId(),
                a.persona(),
                a.models(),
                new Agent.Options(
                        a.options().ttsVoiceId(),
                        history,
                        a.options().sort(),
                        a.options().functions(),
                        a.options().extra(),
                        a.options().datasetIds()),
                a.backend(),
                a.createdAt(),
                a.updatedAt());
    }
}
